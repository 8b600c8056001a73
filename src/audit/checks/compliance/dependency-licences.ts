import { compareText } from '../../../findings/compare-text.ts';
import type { Hit } from '../../check/report.ts';
import type { LockedPackage } from '../../manifests/locked.ts';
import { type Bond, classifyLicence } from './licence-policy.ts';

export interface Dependency {
  name: string;
  version: string;
  /** An SPDX expression or free text; undefined if neither the lock file nor the package states one. */
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
      'Software that ships with this package must use the same licence and publish its sources; replace the package, or buy another licence.',
  },
  restricted: {
    rule: 'restricted-licence',
    severity: 'major',
    detail:
      'The licence forbids some uses (commercial, as a service, modified); check that your use is allowed, or replace the package.',
  },
  weak: {
    rule: 'weak-copyleft',
    severity: 'minor',
    detail:
      'Changes to this package must be published and its notice must be shipped; keep the package separate and unmodified.',
  },
};

const UNKNOWN: Judgement = {
  rule: 'unknown-licence',
  severity: 'minor',
  detail:
    'Without a licence, you have no right to use the package; look for a licence in its files, or ask its authors.',
};

/** Reports licences of production dependencies that restrict the project; `own` is the class of the project's licence. */
export function judgeDependencies(path: string, dependencies: readonly Dependency[], own: Bond): Hit[] {
  const shipped = dependencies.filter((d) => !d.dev);
  const known = shipped.filter((d) => d.licence !== undefined);
  // Most lock files contain no licences; then a missing licence is not worth a finding.
  const judged = known.length * 2 >= shipped.length ? shipped : known;
  return judged.flatMap((dependency) => {
    const judgement = judgeDependency(dependency, own);
    return judgement ? [toHit(path, dependency, judgement)] : [];
  });
}

function judgeDependency({ licence }: Dependency, own: Bond): Judgement | undefined {
  if (licence === undefined || /^(?:UNLICENSED|SEE LICEN[CS]E)/i.test(licence)) return UNKNOWN;
  const bond = classifyLicence(licence);
  // A copyleft project may use copyleft dependencies.
  if (own === 'strong' && (bond === 'strong' || bond === 'weak')) return undefined;
  return bond === 'unknown' ? UNKNOWN : BY_BOND[bond];
}

function toHit(path: string, { name, version, licence, line }: Dependency, judgement: Judgement): Hit {
  const title = `${judgement.rule}: ${name} ${version} is under ${licence ?? 'no known licence'}`;
  return { ...judgement, title, path, line };
}

/**
 * Returns the packages of a lock file, once per name and version. `installed` returns the licence of an installed
 * package, for lock files without licences.
 */
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
