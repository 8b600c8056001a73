/** One file of the tree. */
export interface SourceFile {
  /** Relative to the tree's root, with `/` between folders. */
  path: string;
  /** Bytes on disk. */
  size: number;
  /** Whether git tracks the file; absent or false for an untracked file. */
  tracked?: boolean;
  /** Permission bits of the file system. */
  mode?: number;
  /** Returns the text; undefined if the file is binary, unreadable, or over 16 MiB. */
  text(): string | undefined;
  /** Returns why there is no text; undefined if there is one. */
  textless?(): 'large' | 'binary' | 'unreadable' | undefined;
}

/** The input of every check: tracked files, and untracked files that git does not ignore. */
export interface SourceTree {
  root: string;
  files: SourceFile[];
  /** False if the root is not in a repository; then the files come from a walk of the folder. */
  git: boolean;
  /** Path of the root in its repository, such as `packages/api/`; empty or absent at the top. */
  prefix?: string;
}
