import { countOf } from '../../../findings/words.ts';
import { isSample, isTest, isVendored } from '../../../source/kinds.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { ARTIFACTS, type Artifact } from './artifact-table.ts';

/** Reports tracked files that should not be committed, by their names. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  if (!tree.git)
    return reportHits([], ['This folder is not a git repository, so it has no committed files.']);
  const tracked = tree.files.filter(
    ({ path, tracked: is }) => is !== false && !isTest(path) && !isSample(path),
  );
  const groups = new Map<string, { artifact: Artifact; files: SourceFile[] }>();
  for (const file of tracked) {
    const artifact = ARTIFACTS.find((a) => a.pattern.test(file.path) && !a.except?.test(file.path));
    const isOthers = artifact?.each === true && isVendored(file.path);
    if (!artifact || isOthers || (artifact.holds && !artifact.holds(file))) continue;
    const key = `${artifact.rule}\0${placeOf(artifact, file.path)}`;
    const group = groups.get(key) ?? { artifact, files: [] };
    group.files.push(file);
    groups.set(key, group);
  }
  const hits = [...groups.values()].map(({ artifact, files }) => toHit(artifact, files));
  return reportHits(hits, [`Checked the names of ${countOf(tracked.length, 'tracked file')}.`]);
}

// A folder of ten thousand files is one mistake; two key files are two mistakes.
function placeOf(artifact: Artifact, path: string): string {
  if (artifact.each) return path;
  const match = artifact.pattern.exec(path);
  const folder = match ? path.slice(0, match.index + match[0].length) : '';
  return artifact.folder ? folder : '';
}

function toHit(artifact: Artifact, files: readonly SourceFile[]): Hit {
  const [first] = files;
  const path = first?.path ?? '';
  const more = files.length > 1 ? ` (${countOf(files.length, 'file')})` : '';
  return {
    rule: artifact.rule,
    severity: artifact.severity,
    title: `${artifact.rule}: ${artifact.what}${more}`,
    path,
    detail: artifact.why,
  };
}
