import { isForeignPath, isProse, isSample } from '../../../source/kinds.ts';
import { selectCode } from '../../../source/select.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, onePerFile, reportHits } from '../../check/report.ts';
import { findManifests, folderOf, foldersUp } from '../../manifests/find.ts';
import { isRecord, parseJson } from '../../manifests/json.ts';
import { scanCode } from '../../rules/scan.ts';
import { LEFTOVER_PATTERNS, LEFTOVER_SYNTAX } from './leftover-rules.ts';
import { findMarkers } from './marker-comments.ts';
import { findConflicts } from './merge-conflicts.ts';

/** Reports merge conflicts, debugger calls, TODO comments and unimplemented functions. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes } = await scanCode(tree, { patterns: LEFTOVER_PATTERNS, syntax: LEFTOVER_SYNTAX });
  const isTool = findTools(tree);
  const kept = hits.filter((hit) => hit.rule !== 'console-log' || !isTool(hit.path ?? ''));
  const found: Hit[] = onePerFile(kept, { 'console-log': 1, 'not-implemented': 1 });
  for (const file of selectCode(tree)) found.push(...findMarkers(file));
  for (const file of tree.files) {
    if (!isForeignPath(file.path) && !isProse(file.path)) found.push(...findConflicts(file));
  }
  return reportHits(found, notes);
}

const TOOL_PATH =
  /(?:^|\/)(?:bin|cli|scripts?|tools?|tasks?|build|ci|\.github|migrations?|seeds?|server|config)\/|(?:^|\/)(?:cli|server|gulpfile|[\w.-]+\.config)\.[a-z]+$/i;

// Printing is the purpose of command lines, scripts, and packages with a `bin`.
function findTools(tree: SourceTree): (path: string) => boolean {
  const commands = findManifests(tree, /^package\.json$/).filter((file) => {
    const json = parseJson(file.text());
    return isRecord(json) && json.bin !== undefined;
  });
  const folders = new Set(commands.map((file) => folderOf(file.path)));
  return (path) =>
    isSample(path) || TOOL_PATH.test(path) || foldersUp(folderOf(path)).some((folder) => folders.has(folder));
}
