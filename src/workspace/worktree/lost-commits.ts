/**
 * The commits that have to be kept so that none is lost, from `git rev-list --parents`: those of the list that are no other's
 * parent. Pure.
 */
export function findHeads(revList: string): string[] {
  const lines = revList
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
  const parents = new Set(lines.flatMap(([, ...rest]) => rest));
  return lines.flatMap(([commit]) => (commit === undefined || parents.has(commit) ? [] : [commit]));
}

/** Every commit that a reflog has seen; each line starts with the object ids before and after. Pure. */
export function readReflog(text: string): string[] {
  return text.split('\n').flatMap((line) => line.split(' ', 2).filter(isObjectId));
}

export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) && !/^0+$/.test(text);
}
