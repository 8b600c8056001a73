/** A worktree as `git worktree list --porcelain -z` tells of it. */
export interface ListedTree {
  place: string;
  head: string | undefined;
  /** Without `refs/heads/`; undefined when detached. */
  branch: string | undefined;
  isBare: boolean;
  /** Why the user locked it; empty without a reason. */
  locked: string | undefined;
  /** The directory is gone. */
  isMissing: boolean;
}

/** Reads the -z form: a path may hold a newline. The first is the main worktree. Pure. */
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
