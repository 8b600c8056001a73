import { plainText } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import { effectOfSetting, isSubmoduleRecord, type SettingEffect } from '../../system/git/setting-effects.ts';

/** The base branch and the user's checkout at one moment. */
export interface ProjectSeen {
  /** Tip of the base branch; null if there is no such branch. */
  base: string | null;
  /** What is checked out: a branch, or a commit if HEAD is detached. */
  head: string;
  /** The uncommitted paths, relative to the top of the checkout: git's two letters for the state, and a digest of the content. */
  paths: Record<string, string>;
  /** Digests of the repository's own settings, by key. Undefined if an earlier version looked. */
  settings?: Record<string, string>;
  /** Digests of its hooks and of other files that decide what git shows, by path. */
  files?: Record<string, string>;
}

/** What changed in the base branch, the user's checkout and the repository's settings, and the agents that were at work meanwhile. */
export interface ProjectChange {
  base?: { branch: string; from: string; to: string | null; commits: string[] };
  head?: { from: string; to: string };
  paths: ChangedPath[];
  /** Changed keys of the repository's configuration, its hooks, and files that decide what git shows. */
  settings?: ChangedSetting[];
  agents: string[];
}

export interface ChangedPath {
  path: string;
  /** `gone`: it was an uncommitted path, and is now committed or restored. */
  how: 'new' | 'modified' | 'deleted' | 'gone';
}

export interface ChangedSetting {
  /** A key of the configuration, or the path of a file. */
  name: string;
  how: 'new' | 'modified' | 'deleted';
  effect?: SettingEffect;
}

export type ProjectDifference = Pick<ProjectChange, 'head' | 'paths' | 'settings'> & {
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
  const settings = compareSettings(before, now);
  if (!isMoved && !isSwitched && paths.length === 0 && settings.length === 0) return undefined;
  return {
    ...(isMoved ? { base: { from: before.base ?? '', to: now.base } } : {}),
    ...(isSwitched ? { head: { from: before.head, to: now.head } } : {}),
    paths,
    ...(settings.length > 0 ? { settings } : {}),
  };
}

function comparePaths(before: ProjectSeen['paths'], now: ProjectSeen['paths']): ChangedPath[] {
  return compareDigests(before, now).map(({ name: path, how, digest }) => {
    if (how === 'deleted') return { path, how: 'gone' };
    const [staged, unstaged] = digest;
    if (unstaged === 'D' || (staged === 'D' && unstaged === '.')) return { path, how: 'deleted' };
    const isUnknown = staged === '?' || staged === 'A';
    return { path, how: isUnknown && how === 'new' ? 'new' : 'modified' };
  });
}

function compareSettings(before: ProjectSeen, now: ProjectSeen): ChangedSetting[] {
  const settings = compareDigests(before.settings, now.settings ?? {})
    .filter(({ name, how }) => how !== 'new' || !isSubmoduleRecord(name))
    .map(({ name, how }) => describeSetting(name, how, effectOfSetting(name)));
  const files = compareDigests(before.files, now.files ?? {}).map(({ name, how }) =>
    describeSetting(name, how, VIEW_FILE.test(name) ? 'view' : 'program'),
  );
  return [...settings, ...files];
}

/** Files in git's folder that are no hooks. */
const VIEW_FILE = /^\.git\/(?:info|objects|shallow$)/;

function describeSetting(
  name: string,
  how: ChangedSetting['how'],
  effect: SettingEffect | undefined,
): ChangedSetting {
  return { name, how, ...(effect === undefined ? {} : { effect }) };
}

interface ChangedDigest {
  name: string;
  how: ChangedSetting['how'];
  /** The present digest; of a deleted entry the earlier one. */
  digest: string;
}

/** The entries that differ, the deleted ones last. None if `before` is not known. */
function compareDigests(
  before: Readonly<Record<string, string>> | undefined,
  now: Readonly<Record<string, string>>,
): ChangedDigest[] {
  if (before === undefined) return [];
  const found = Object.entries(now).flatMap(([name, digest]): ChangedDigest[] => {
    const earlier = Object.hasOwn(before, name) ? before[name] : undefined;
    return earlier === digest ? [] : [{ name, how: earlier === undefined ? 'new' : 'modified', digest }];
  });
  const deleted = Object.entries(before).filter(([name]) => !Object.hasOwn(now, name));
  return [...found, ...deleted.map(([name, digest]) => ({ name, how: 'deleted' as const, digest }))];
}

/**
 * The settings and hooks that others added or modified while the build ran, that are still there, and of which git starts programs. `changes`: oldest
 * first. Pure.
 */
export function listForeignPrograms(changes: readonly ProjectChange[]): string[] {
  const last = new Map(
    changes.flatMap(({ settings = [] }) => settings).map((setting) => [setting.name, setting]),
  );
  return [...last.values()].flatMap(({ name, how, effect }) =>
    effect === 'program' && how !== 'deleted' ? [name] : [],
  );
}

/** Of paths, and of settings. */
const MAX_SHOWN_PATHS = 10;
const MAX_SHOWN_COMMITS = 5;

/** Describes a change in one line for a human. */
export function describeProjectChange({ base, head, paths, settings = [], agents }: ProjectChange): string {
  const parts = [
    ...(base ? [describeMove(base)] : []),
    ...(head
      ? [`your checkout was switched from ${plainText(head.from, 80)} to ${plainText(head.to, 80)}`]
      : []),
    ...(paths.length > 0 ? [`in your checkout: ${describePaths(paths)}`] : []),
    ...(settings.length > 0 ? [`in the repository's settings: ${describeSettings(settings)}`] : []),
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
  return listSome(
    paths.map(
      ({ path, how }) => `${plainText(path, 120)} (${how === 'gone' ? 'no longer uncommitted' : how})`,
    ),
  );
}

const EFFECT_TEXT: Readonly<Record<SettingEffect, string>> = {
  program: ', git starts programs of it',
  view: ', changes what git shows',
  remote: ', changes where git fetches or pushes',
};

/** Settings of which git starts programs come first. */
function describeSettings(settings: readonly ChangedSetting[]): string {
  const isProgram = ({ effect }: ChangedSetting) => effect === 'program';
  const sorted = [...settings.filter(isProgram), ...settings.filter((setting) => !isProgram(setting))];
  return listSome(
    sorted.map(
      ({ name, how, effect }) =>
        `${plainText(name, 120)} (${how}${effect === undefined ? '' : EFFECT_TEXT[effect]})`,
    ),
  );
}

function listSome(texts: readonly string[]): string {
  const shown = texts.slice(0, MAX_SHOWN_PATHS);
  const hidden = texts.length - shown.length;
  return `${shown.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}
