import { builderBrain, conflictsOf, trainingOf } from '../../contract/rights.ts';
import { writeTest } from '../../contract/stray.ts';
import { countFindings, type FindingCounts } from '../../findings/finding.ts';
import { writeBullet } from '../../findings/write-bullet.ts';
import type { ReportFinding } from '../../run/report/report-types.ts';
import type { BlueprintModule } from './blueprint.ts';

/** What an audit's findings mean for a build. */
export interface SortedFindings {
  /** Of what this build has brought. */
  counts: FindingCounts;
  /** Why it halts, a line each. */
  criticals: string[];
  /** What is mended once, criticals included: after a halt they are like these. `null`: it is no module's. */
  majors: { module: string | null; finding: string }[];
  backlog: string[];
}

/** Lines that the ledger keeps of each kind. */
const MAX_RECORDED_FINDINGS = 100;

/** Sorts findings by what they ask for and whose they are. What stood in the project before is backlog, however bad it is. Pure. */
export function sortFindings(
  findings: readonly ReportFinding[],
  modules: readonly BlueprintModule[],
  changedPaths: ReadonlySet<string>,
): SortedFindings {
  const owners = moduleOwners(modules);
  const isFromBuild = ({ path }: ReportFinding) => path === null || changedPaths.has(path);
  const buildFindings = findings.filter(isFromBuild);
  const urgentFindings = buildFindings.filter(({ severity }) => severity !== 'minor');
  const remainingFindings = findings.filter(
    (finding) => finding.severity === 'minor' || !isFromBuild(finding),
  );
  const owningModule = ({ path }: ReportFinding) =>
    path === null ? null : (owners.find(({ owns }) => owns(path))?.name ?? null);
  return {
    counts: countFindings(buildFindings),
    criticals: urgentFindings.filter(({ severity }) => severity === 'critical').map(formatFinding),
    majors: urgentFindings
      .map((finding) => ({ module: owningModule(finding), finding: formatFinding(finding) }))
      .slice(0, MAX_RECORDED_FINDINGS),
    backlog: remainingFindings.slice(0, MAX_RECORDED_FINDINGS).map(formatFinding),
  };
}

/** Of a module are its paths and its own memory. A longer name first: the conflict reports of `web-admin` look like those of `web`. */
function moduleOwners(modules: readonly BlueprintModule[]) {
  return modules
    .map(({ name, paths }) => ({
      name,
      owns: writeTest([...paths, builderBrain(name), trainingOf(name), conflictsOf(name)]),
    }))
    .sort((a, b) => b.name.length - a.name.length);
}

function formatFinding({ severity, title, path, line, detail }: ReportFinding): string {
  return writeBullet({
    severity,
    title,
    ...(path === null ? {} : { path }),
    ...(line === null ? {} : { line }),
    ...(detail === null ? {} : { detail }),
  });
}
