/** A worktree in the output of `git worktree list --porcelain -z`. */
export interface ListedTree {
  place: string;
  head: string | undefined;
  /** Without `refs/heads/`; undefined when detached. */
  branch: string | undefined;
  isBare: boolean;
  /** The user's reason for locking it; empty if none was given. */
  locked: string | undefined;
  /** True if the directory is missing. */
  isMissing: boolean;
}

/** Parses the -z form, in which paths may contain newlines. The first worktree is the main one. Pure. */
export function parseWorktreeList(output: string): ListedTree[] {
  return output
    .split('\0\0')
    .filter((record) => record.startsWith('worktree '))
    .map((record) => describe(new Map(record.split('\0').map(splitField))));
}

function splitField(field: string): [string, string] {
  const space = field.indexOf(' ');
  return space < 0 ? [field, ''] : [field.slice(0, space), field.slice(space + 1)];
}

function describe(fields: ReadonlyMap<string, string>): ListedTree {
  return {
    place: fields.get('worktree') ?? '',
    head: fields.get('HEAD'),
    branch: fields.get('branch')?.replace(/^refs\/heads\//, ''),
    isBare: fields.has('bare'),
    locked: fields.get('locked'),
    isMissing: fields.has('prunable'),
  };
}
