/** One file of the tree. */
export interface SourceFile {
  /** Relative to the tree's root, with `/`. */
  path: string;
  /** Bytes on disk. */
  size: number;
  /** In git's index; absent or false for a file that is only lying there. */
  tracked?: boolean;
  /** Permission bits as the file system gives them. */
  mode?: number;
  /** Undefined: binary, over 1 MiB (a lock file: 16 MiB) or unreadable. */
  text(): string | undefined;
}

/** What every check reads: tracked files and untracked files that git does not ignore. */
export interface SourceTree {
  root: string;
  files: SourceFile[];
  /** False: not a repository, the files come from a walk. */
  git: boolean;
  /** Where the root lies inside its repository, `packages/api/`; empty or absent at the top. */
  prefix?: string;
}
