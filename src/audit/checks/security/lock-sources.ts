import { countOf } from '../../../findings/words.ts';
import type { Hit } from '../../check/report.ts';
import type { DependencyLock, LockedPackage } from '../../manifests/locked.ts';

/** Hosts of the common public registries and archives. */
const KNOWN_HOSTS =
  /^(?:registry\.npmjs\.org|registry\.yarnpkg\.com|registry\.npmmirror\.com|npm\.jsr\.io|npm\.pkg\.github\.com|codeload\.github\.com|github\.com)$/;

type Described = Pick<Hit, 'rule' | 'severity' | 'detail'>;

const INSECURE: Described = {
  rule: 'insecure-source',
  severity: 'major',
  detail:
    'An attacker in the network can change the installed code; use an https address and regenerate the lock file.',
};
const MUTABLE: Described = {
  rule: 'mutable-source',
  severity: 'major',
  detail: 'The branch or tag can move to other code; depend on a release, or on a full commit hash.',
};
const GIT: Described = {
  rule: 'git-source',
  severity: 'minor',
  detail:
    'The install verifies no hash and runs build scripts of the package; depend on a published release.',
};

/** Reports packages of a lock file with an insecure or movable source, or without a strong hash. */
export function judgeSources(path: string, lock: DependencyLock): Hit[] {
  const fetched = lock.packages.filter((p) => !p.local);
  const each = fetched.flatMap((p) => judgeSource(path, p));
  return [...each, ...judgeIntegrity(path, fetched), ...judgeHosts(path, fetched)];
}

function judgeSource(path: string, { name, source = '', line }: LockedPackage): Hit[] {
  const described = describeSource(source);
  if (!described) return [];
  return [{ ...described, title: `${described.rule}: ${name} from ${trimSource(source)}`, path, line }];
}

function describeSource(source: string): Described | undefined {
  if (/^http:\/\/(?!localhost|127\.)|^git(?:\+http)?:\/\//.test(source)) return INSECURE;
  if (!isGit(source)) return undefined;
  return /[#/=][0-9a-f]{40}\b/.test(source) ? GIT : MUTABLE;
}

function isGit(source: string): boolean {
  return /^git(?:\+|@)|^github:|\.git(?:#|$)|codeload\.github\.com/.test(source);
}

// A source can contain credentials, which a report must not show.
function trimSource(source: string): string {
  return source
    .replace(/\/\/[^/@]*@/, '//')
    .replace(/#.*$/, '')
    .slice(0, 100);
}

function judgeIntegrity(path: string, fetched: readonly LockedPackage[]): Hit[] {
  const open = fetched.filter(
    (p) => !p.integrity && !isGit(p.source ?? '') && !/^file:/.test(p.source ?? ''),
  );
  const weak = fetched.filter((p) => /^sha1-/.test(p.integrity ?? ''));
  return [
    ...summarize(path, open, {
      rule: 'missing-integrity',
      severity: 'major',
      detail:
        'The install cannot verify the package; regenerate the lock file with the current package manager.',
    }),
    ...summarize(path, weak, {
      rule: 'weak-integrity',
      severity: 'minor',
      detail: 'SHA-1 hashes can be forged; regenerate these entries to get sha512.',
    }),
  ];
}

// One finding per lock file, because a thousand entries of an old lock file have one cause.
function summarize(path: string, packages: readonly LockedPackage[], described: Described): Hit[] {
  const [first] = packages;
  if (!first) return [];
  const others = packages.length > 1 ? ` and ${countOf(packages.length - 1, 'other')}` : '';
  return [{ ...described, title: `${described.rule}: ${first.name}${others}`, path, line: first.line }];
}

// A host of few packages is suspicious; a company's mirror serves all packages.
function judgeHosts(path: string, fetched: readonly LockedPackage[]): Hit[] {
  const byHost = new Map<string, LockedPackage[]>();
  for (const locked of fetched) {
    const host = /^https:\/\/(?:[^/@]*@)?([^/:]+)/.exec(locked.source ?? '')?.[1];
    if (host) byHost.set(host, [...(byHost.get(host) ?? []), locked]);
  }
  return [...byHost]
    .filter(([host, packages]) => !KNOWN_HOSTS.test(host) && packages.length * 5 < fetched.length)
    .flatMap(([host, packages]) =>
      summarize(path, packages, {
        rule: 'foreign-host',
        severity: 'minor',
        detail: `The package comes from ${host}, unlike most packages of this lock file; check that this is intended.`,
      }),
    );
}
