/** A submodule whose commit differs between two trees. */
export interface ChangedGitlink {
  /** Relative to the top of the repository. */
  path: string;
  /** The earlier commit; undefined if the submodule is new. */
  from?: string;
  to: string;
}

/** Parses the output of git's raw diffs with `-z` and without renames: a header and a path in turn. Removed submodules are left out. Pure. */
export function parseChangedGitlinks(raw: string): ChangedGitlink[] {
  const fields = raw.split('\0');
  return fields.flatMap((field, index) => {
    const [, fromMode, from = '', to = ''] = /^:(\d{6}) 160000 (\S+) (\S+) \S+$/.exec(field) ?? [];
    const path = fields[index + 1];
    if (index % 2 === 1 || fromMode === undefined || path === undefined) return [];
    return [{ path, ...(fromMode === '160000' ? { from } : {}), to }];
  });
}
