import { builderBrain, conflictsOf, trainingOf, writeTest } from '../../contract/rights.ts';
import { countFindings, type Finding, type FindingCounts } from '../../findings/finding.ts';
import { recordFinding } from '../../findings/recorded-finding.ts';
import { writeBullet } from '../../findings/write-bullet.ts';
import { exactPath, type ReportFinding } from '../../run/report/report-types.ts';
import type { BlueprintModule } from './blueprint.ts';

/** Findings of an audit, sorted by what a build does with them. */
export interface SortedFindings {
  /** Counts of findings in files that this build changed. */
  counts: FindingCounts;
  /** Reasons of the halt, one per line. */
  criticals: string[];
  /** Findings to fix once, critical ones included. `module` is null if no module owns the file. */
  majors: { module: string | null; finding: string }[];
  backlog: string[];
  /** Findings in files that this build did not change: they were there before. */
  earlier: string[];
}

/** Maximum number of findings that the ledger stores per kind. */
const MAX_RECORDED_FINDINGS = 100;

/** Sorts findings by severity and owner. Pure. */
export function sortFindings(
  findings: readonly ReportFinding[],
  modules: readonly BlueprintModule[],
  changedPaths: ReadonlySet<string>,
): SortedFindings {
  const owners = moduleOwners(modules);
  const isFromBuild = (finding: ReportFinding) => {
    const path = exactPath(finding);
    return path === null || changedPaths.has(path);
  };
  const buildFindings = findings.filter(isFromBuild);
  const urgentFindings = buildFindings.filter(({ severity }) => severity !== 'minor');
  const record = (some: readonly ReportFinding[]) =>
    some.slice(0, MAX_RECORDED_FINDINGS).map((finding) => recordFinding(toFinding(finding)));
  const owningModule = ({ path }: ReportFinding) =>
    path === null ? null : (owners.find(({ owns }) => owns(path))?.name ?? null);
  return {
    counts: countFindings(buildFindings),
    criticals: urgentFindings
      .filter(({ severity }) => severity === 'critical')
      .map((finding) => writeBullet(toFinding(finding))),
    majors: urgentFindings
      .map((finding) => ({ module: owningModule(finding), finding: recordFinding(toFinding(finding)) }))
      .slice(0, MAX_RECORDED_FINDINGS),
    backlog: record(buildFindings.filter(({ severity }) => severity === 'minor')),
    earlier: record(findings.filter((finding) => !isFromBuild(finding))),
  };
}

/** A module owns its paths and its memory files. Longer names come first: conflict reports of `web-admin` also match `web`. */
function moduleOwners(modules: readonly BlueprintModule[]) {
  return modules
    .map(({ name, paths }) => ({
      name,
      owns: writeTest([...paths, builderBrain(name), trainingOf(name), conflictsOf(name)]),
    }))
    .sort((a, b) => b.name.length - a.name.length);
}

/** The finding of a report. The path is the exact one, also if it is not valid UTF-8. */
function toFinding({ severity, title, line, detail, ...place }: ReportFinding): Finding {
  const path = exactPath(place);
  return {
    severity,
    title,
    ...(path === null ? {} : { path }),
    ...(line === null ? {} : { line }),
    ...(detail === null ? {} : { detail }),
  };
}
