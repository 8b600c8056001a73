import { plainText } from '../../findings/plain-text.ts';

const MAX_SHOWN = 5;

/** Explains failing tests: which ignored files they ran without; none if there were none. */
export function describeAside({ aside }: { aside: readonly string[] }): string[] {
  if (aside.length === 0) return [];
  return [
    `the tests ran without files that git ignores and that are not committed: ${list(aside)}; commit what the tests need, or let worktree.setup or worktree.copy make it`,
  ];
}

/** Names folders of dependencies that tests used although an agent filled them; none if there were none. */
export function describeUsed({ used }: { used: readonly string[] }): string[] {
  if (used.length === 0) return [];
  return [
    `the tests used dependencies that an agent put in place, because the project has no worktree.setup: ${list(used)}`,
  ];
}

function list(paths: readonly string[]): string {
  const shown = paths.slice(0, MAX_SHOWN).map((path) => plainText(path, 100));
  return `${shown.join(', ')}${paths.length > MAX_SHOWN ? ` and ${paths.length - MAX_SHOWN} more` : ''}`;
}
