import { isRecord, type Json, parseJson, recordIn, textIn } from '../../manifests/json.ts';

/** A published vulnerability of a package in a lock file. */
export interface Advisory {
  name: string;
  /** The affected version or range of versions. */
  affected: string;
  title: string;
  /** Rating of the source, such as critical, high, moderate or low; undefined if it has none. */
  rating?: string | undefined;
  url?: string | undefined;
  /** The fix, as an imperative clause: `update to 1.2.3`. */
  fix?: string | undefined;
}

function listIn(value: unknown, key: string): Json[] {
  const member = isRecord(value) ? value[key] : undefined;
  return Array.isArray(member) ? member.filter(isRecord) : [];
}

/**
 * Reads the report of `npm audit --json` of npm 7 and later; undefined if the output is no report. A package that is
 * affected only through another package is left out.
 */
export function readNpmAudit(output: string): Advisory[] | undefined {
  const json = parseJson(output);
  if (!isRecord(json) || !isRecord(json.vulnerabilities)) return undefined;
  return Object.values(json.vulnerabilities).flatMap((entry) =>
    listIn(entry, 'via').map((via) => ({
      name: textIn(via, 'name') ?? textIn(entry, 'name') ?? '',
      affected: textIn(via, 'range') ?? '',
      title: textIn(via, 'title') ?? 'a known vulnerability',
      rating: textIn(via, 'severity'),
      url: textIn(via, 'url'),
      fix: isRecord(entry) && entry.fixAvailable ? 'run npm audit fix' : undefined,
    })),
  );
}

/** Reads the report of `pnpm audit --json`; undefined if the output is no report. */
export function readPnpmAudit(output: string): Advisory[] | undefined {
  const json = parseJson(output);
  if (!isRecord(json) || !isRecord(json.advisories)) return undefined;
  return Object.values(json.advisories).map((entry) => ({
    name: textIn(entry, 'module_name') ?? '',
    affected: textIn(entry, 'vulnerable_versions') ?? '',
    title: textIn(entry, 'title') ?? 'a known vulnerability',
    rating: textIn(entry, 'severity'),
    url: textIn(entry, 'url'),
    fix: versionFix(textIn(entry, 'patched_versions')),
  }));
}

function versionFix(version: string | undefined): string | undefined {
  return version ? `update to ${version}` : undefined;
}

/** Reads the report of `cargo-audit audit --json`; undefined if the output is no report. */
export function readCargoAudit(output: string): Advisory[] | undefined {
  const json = parseJson(output);
  if (!isRecord(json) || !isRecord(json.vulnerabilities)) return undefined;
  return listIn(json.vulnerabilities, 'list').map((entry) => {
    const advisory = recordIn(entry, 'advisory');
    const patched = recordIn(entry, 'versions').patched;
    return {
      name: textIn(entry.package, 'name') ?? '',
      affected: textIn(entry.package, 'version') ?? '',
      title: textIn(advisory, 'title') ?? textIn(advisory, 'id') ?? 'a known vulnerability',
      url: textIn(advisory, 'url') ?? undefined,
      fix: versionFix(Array.isArray(patched) ? patched.join(' or ') : undefined),
    };
  });
}

/** Reads the report of `pip-audit --format json`; undefined if the output is no report. */
export function readPipAudit(output: string): Advisory[] | undefined {
  const json = parseJson(output);
  if (!isRecord(json) || !Array.isArray(json.dependencies)) return undefined;
  return listIn(json, 'dependencies').flatMap((entry) =>
    listIn(entry, 'vulns').map((vuln) => ({
      name: textIn(entry, 'name') ?? '',
      affected: textIn(entry, 'version') ?? '',
      title: textIn(vuln, 'id') ?? 'a known vulnerability',
      url: `https://osv.dev/vulnerability/${textIn(vuln, 'id') ?? ''}`,
      fix: versionFix(Array.isArray(vuln.fix_versions) ? vuln.fix_versions.join(' or ') : undefined),
    })),
  );
}

/** Reads the report of `bundle-audit check --format json`; undefined if the output is no report. */
export function readBundleAudit(output: string): Advisory[] | undefined {
  const json = parseJson(output);
  if (!isRecord(json) || !Array.isArray(json.results)) return undefined;
  return listIn(json, 'results')
    .filter((entry) => isRecord(entry.advisory))
    .map((entry) => ({
      name: textIn(entry.gem, 'name') ?? '',
      affected: textIn(entry.gem, 'version') ?? '',
      title: textIn(entry.advisory, 'title') ?? textIn(entry.advisory, 'id') ?? 'a known vulnerability',
      rating: textIn(entry.advisory, 'criticality'),
      url: textIn(entry.advisory, 'url'),
    }));
}

/**
 * Reads the report of `composer audit --format=json`; undefined if the output is no report. Composer writes an empty list
 * in place of an empty object.
 */
export function readComposerAudit(output: string): Advisory[] | undefined {
  const json = parseJson(output);
  if (!isRecord(json) || json.advisories === undefined) return undefined;
  return Object.entries(recordIn(json, 'advisories')).flatMap(([name, list]) =>
    listIn({ list: isRecord(list) ? Object.values(list) : list }, 'list').map((entry) => ({
      name,
      affected: textIn(entry, 'affectedVersions') ?? '',
      title: textIn(entry, 'title') ?? 'a known vulnerability',
      rating: textIn(entry, 'severity'),
      url: textIn(entry, 'link'),
    })),
  );
}

/** Reads the report of `osv-scanner --format json`; undefined if the output is no report. */
export function readOsv(output: string): Advisory[] | undefined {
  const json = parseJson(output);
  if (!isRecord(json) || !('results' in json)) return undefined;
  return listIn(json, 'results').flatMap((result) =>
    listIn(result, 'packages').flatMap((entry) =>
      listIn(entry, 'vulnerabilities').map((vuln) => ({
        name: textIn(entry.package, 'name') ?? '',
        affected: textIn(entry.package, 'version') ?? '',
        title: textIn(vuln, 'summary') ?? textIn(vuln, 'id') ?? 'a known vulnerability',
        rating: textIn(vuln.database_specific, 'severity')?.toLowerCase(),
        url: `https://osv.dev/vulnerability/${textIn(vuln, 'id') ?? ''}`,
      })),
    ),
  );
}
