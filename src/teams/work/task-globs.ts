/**
 * The globs of the files that a task may change: of its `paths`, in which a name without a wildcard may be a folder. Empty: the task allows all.
 */
export function globsOfPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const plain = path.replace(/^\.\//, '').replace(/\/+$/, '');
    return /[*?{[]/.test(plain.split('/').at(-1) ?? '') ? [plain] : [plain, `${plain}/**`];
  });
}
