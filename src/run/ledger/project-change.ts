import { plainText } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';

/** The base branch and the user's checkout at one moment. */
export interface ProjectSeen {
  /** Tip of the base branch; null if there is no such branch. */
  base: string | null;
  /** What is checked out: a branch, or a commit if HEAD is detached. */
  head: string;
  /** Digests of the uncommitted paths, relative to the top of the checkout. */
  paths: Record<string, string>;
}

/** What changed in the base branch and the user's checkout, and the agents that were at work meanwhile. */
export interface ProjectChange {
  base?: { branch: string; from: string; to: string | null; commits: string[] };
  head?: { from: string; to: string };
  paths: ChangedPath[];
  agents: string[];
}

export interface ChangedPath {
  path: string;
  /** `gone`: it was an uncommitted path, and is now committed, restored or removed. */
  how: 'new' | 'changed' | 'gone';
}

export type ProjectDifference = Pick<ProjectChange, 'head' | 'paths'> & {
  base?: { from: string; to: string | null };
};

/** Whether two readings are the same. Pure. */
export function isSameProject(one: ProjectSeen, other: ProjectSeen): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Compares two readings. `ownTips`: commits that the engine itself moved the base branch to. Undefined if there is no other change. Pure. */
export function compareProject(
  before: ProjectSeen,
  now: ProjectSeen,
  ownTips: readonly string[],
): ProjectDifference | undefined {
  const paths = comparePaths(before.paths, now.paths);
  const isMoved = before.base !== null && now.base !== before.base && !ownTips.includes(now.base ?? '');
  const isSwitched = before.head !== now.head && !ownTips.includes(now.head);
  if (!isMoved && !isSwitched && paths.length === 0) return undefined;
  return {
    ...(isMoved ? { base: { from: before.base ?? '', to: now.base } } : {}),
    ...(isSwitched ? { head: { from: before.head, to: now.head } } : {}),
    paths,
  };
}

function comparePaths(before: ProjectSeen['paths'], now: ProjectSeen['paths']): ChangedPath[] {
  const found = Object.entries(now).flatMap(([path, digest]): ChangedPath[] => {
    const earlier = Object.hasOwn(before, path) ? before[path] : undefined;
    if (earlier === digest) return [];
    return [{ path, how: earlier === undefined ? 'new' : 'changed' }];
  });
  const gone = Object.keys(before).filter((path) => !Object.hasOwn(now, path));
  return [...found, ...gone.map((path) => ({ path, how: 'gone' as const }))];
}

const MAX_SHOWN_PATHS = 10;
const MAX_SHOWN_COMMITS = 5;

/** Describes a change in one line for a human. */
export function describeProjectChange({ base, head, paths, agents }: ProjectChange): string {
  const parts = [
    ...(base ? [describeMove(base)] : []),
    ...(head
      ? [`your checkout was switched from ${plainText(head.from, 80)} to ${plainText(head.to, 80)}`]
      : []),
    ...(paths.length > 0 ? [`in your checkout: ${describePaths(paths)}`] : []),
  ];
  const who =
    agents.length === 0 ? 'while no agent of this build ran' : `while these agents ran: ${agents.join(', ')}`;
  return `${parts.join('; ')} (${who})`;
}

function describeMove({ branch, from, to, commits }: NonNullable<ProjectChange['base']>): string {
  const name = plainText(branch, 80);
  if (to === null) return `the branch ${name} (${from.slice(0, 12)}) was deleted`;
  const shown = commits.slice(0, MAX_SHOWN_COMMITS).map((commit) => plainText(commit, 100));
  const hidden = commits.length - shown.length;
  const list = `${shown.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
  const how = commits.length > 0 ? `${countOf(commits.length, 'new commit')}: ${list}` : 'no new commit';
  return `${name} was moved from ${from.slice(0, 12)} to ${to.slice(0, 12)} (${how})`;
}

function describePaths(paths: readonly ChangedPath[]): string {
  const shown = paths.slice(0, MAX_SHOWN_PATHS).map(({ path, how }) => `${plainText(path, 120)} (${how})`);
  const hidden = paths.length - shown.length;
  return `${shown.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}
