import { compareText, type Hit } from '../../check/report.ts';
import type { LockedPackage } from '../../manifests/locked.ts';
import { type Bond, classifyLicence } from './licence-policy.ts';

export interface Dependency {
  name: string;
  version: string;
  /** An SPDX expression, free text, or undefined where nothing says it. */
  licence: string | undefined;
  dev: boolean;
  line: number;
}

type Judgement = Pick<Hit, 'rule' | 'severity' | 'detail'>;

const BY_BOND: Partial<Record<Bond, Judgement>> = {
  strong: {
    rule: 'strong-copyleft',
    severity: 'major',
    detail:
      'What ships with it must be under the same licence, sources included; replace it, or get another licence.',
  },
  restricted: {
    rule: 'restricted-licence',
    severity: 'major',
    detail:
      'It forbids some uses (commercial, as a service, changed); check that yours is allowed, or replace it.',
  },
  weak: {
    rule: 'weak-copyleft',
    severity: 'minor',
    detail: 'Changes to it must be published, and its notice must ship; keep it as a separate part.',
  },
};

const UNKNOWN: Judgement = {
  rule: 'unknown-licence',
  severity: 'minor',
  detail: 'Without a licence nobody may use it; ask its authors, or look into its files and note the result.',
};

/** Licences of what runs in production; `own` is the project's own licence. */
export function judgeDependencies(path: string, dependencies: readonly Dependency[], own: Bond): Hit[] {
  const shipped = dependencies.filter((d) => !d.dev);
  const known = shipped.filter((d) => d.licence !== undefined);
  // A lock file that names no licence at all says nothing about the packages.
  const judged = known.length * 2 >= shipped.length ? shipped : known;
  return judged.flatMap((dependency) => {
    const judgement = judgeDependency(dependency, own);
    return judgement ? [toHit(path, dependency, judgement)] : [];
  });
}

function judgeDependency({ licence }: Dependency, own: Bond): Judgement | undefined {
  if (licence === undefined || /^(?:UNLICENSED|SEE LICEN[CS]E)/i.test(licence)) return UNKNOWN;
  const bond = classifyLicence(licence);
  // A copyleft project may use copyleft parts.
  if (own === 'strong' && (bond === 'strong' || bond === 'weak')) return undefined;
  return bond === 'unknown' ? UNKNOWN : BY_BOND[bond];
}

function toHit(path: string, { name, version, licence, line }: Dependency, judgement: Judgement): Hit {
  const title = `${judgement.rule}: ${name} ${version} is under ${licence ?? 'no known licence'}`;
  return { ...judgement, title, path, line };
}

/** Packages of a lock, once for each name and version; `installed` knows what the lock does not say. */
export function toDependencies(
  packages: readonly LockedPackage[],
  installed: (name: string) => string | undefined,
): Dependency[] {
  const unique = new Map<string, Dependency>();
  for (const { name, version = '', licence, dev, local, line } of packages) {
    const key = `${name}@${version}`;
    if (local || (unique.has(key) && dev)) continue;
    unique.set(key, { name, version, licence: licence ?? installed(name), dev, line });
  }
  return [...unique.values()].sort(
    (a, b) => compareText(a.name, b.name) || compareText(a.version, b.version),
  );
}
