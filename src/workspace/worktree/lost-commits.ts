/**
 * The commits to keep so that none of the list is lost, from the output of `git rev-list --parents`: those that are not the parent
 * of another. Pure.
 */
export function findHeads(revList: string): string[] {
  const lines = revList
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
  const parents = new Set(lines.flatMap(([, ...rest]) => rest));
  return lines.flatMap(([commit]) => (commit === undefined || parents.has(commit) ? [] : [commit]));
}

/** All commits in a reflog, whose lines start with the object ids before and after. Pure. */
export function readReflog(text: string): string[] {
  return text.split('\n').flatMap((line) => line.split(' ', 2).filter(isObjectId));
}

/** Whether the text is a whole object id (SHA-1 or SHA-256) that is not all zeros. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) && !/^0+$/.test(text);
}
