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
const MOST = 100;

/** Sorts findings by what they ask for and whose they are. What stood in the project before is backlog, however bad it is. Pure. */
export function sortFindings(
  findings: readonly ReportFinding[],
  modules: readonly BlueprintModule[],
  changed: ReadonlySet<string>,
): SortedFindings {
  const owners = ownersOf(modules);
  const isOurs = ({ path }: ReportFinding) => path === null || changed.has(path);
  const ours = findings.filter(isOurs);
  const urgent = ours.filter(({ severity }) => severity !== 'minor');
  const rest = findings.filter((finding) => finding.severity === 'minor' || !isOurs(finding));
  const ownerOf = ({ path }: ReportFinding) =>
    path === null ? null : (owners.find(({ owns }) => owns(path))?.name ?? null);
  return {
    counts: countFindings(ours),
    criticals: urgent.filter(({ severity }) => severity === 'critical').map(sayFinding),
    majors: urgent
      .map((finding) => ({ module: ownerOf(finding), finding: sayFinding(finding) }))
      .slice(0, MOST),
    backlog: rest.slice(0, MOST).map(sayFinding),
  };
}

/** Of a module are its paths and its own memory. A longer name first: the conflict reports of `web-admin` look like those of `web`. */
function ownersOf(modules: readonly BlueprintModule[]) {
  return modules
    .map(({ name, paths }) => ({
      name,
      owns: writeTest([...paths, builderBrain(name), trainingOf(name), conflictsOf(name)]),
    }))
    .sort((a, b) => b.name.length - a.name.length);
}

function sayFinding({ severity, title, path, line, detail }: ReportFinding): string {
  return writeBullet({
    severity,
    title,
    ...(path === null ? {} : { path }),
    ...(line === null ? {} : { line }),
    ...(detail === null ? {} : { detail }),
  });
}
