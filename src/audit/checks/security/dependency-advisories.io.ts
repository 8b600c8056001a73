import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fs from 'fs-extra';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { runProgram } from '../../check/start-program.io.ts';
import type { ToolOutcome } from '../../check/tool-outcome.ts';
import { findManifests, folderOf, nameOf } from '../../manifests/find.ts';
import { judgeAnswer } from './advisories.ts';
import { copyForTool } from './advisory-copies.ts';
import { ADVISORY_TOOLS, type AdvisoryTool } from './advisory-tools.ts';
import { listUnlocked } from './unlocked-manifests.ts';

/** Each lock file costs seconds of network; further lock files are reported as unchecked. */
const MAX_LOCKS = 12;

/** Reports published vulnerabilities of locked dependencies, by the tools that are installed. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const questions = ADVISORY_TOOLS.flatMap((tool) =>
    findManifests(tree, tool.lock).map((file): [AdvisoryTool, SourceFile] => [tool, file]),
  );
  const hits: Hit[] = [];
  const notes: string[] = [];
  const unchecked: string[] = [];
  for (const [tool, file] of questions.slice(0, MAX_LOCKS)) {
    const answer = judgeAnswer(tool, file, await askTool(tool, file, tree));
    hits.push(...answer.hits);
    notes.push(...answer.notes);
    unchecked.push(...answer.unchecked);
  }
  if (questions.length === 0) notes.push('The project has no lock file that an advisory tool can check.');
  for (const [, file] of questions.slice(MAX_LOCKS))
    unchecked.push(`${file.path}: not checked, because the project has more than ${MAX_LOCKS} lock files.`);
  unchecked.push(...listUnlocked(tree));
  return reportHits(hits, notes, { unchecked });
}

// The tool runs on a copy, so that settings of the audited project (.npmrc, plugins, toolchains) cannot choose code or servers.
async function askTool(tool: AdvisoryTool, file: SourceFile, tree: SourceTree): Promise<ToolOutcome> {
  const directory = fs.mkdtempSync(join(tmpdir(), 'sao-advisories-'));
  try {
    const wanted = [nameOf(file.path), ...tool.beside];
    for (const name of wanted) {
      const text = tree.files.find((f) => f.path === folderOf(file.path) + name)?.text();
      if (text !== undefined) fs.outputFileSync(join(directory, name), copyForTool(name, text));
    }
    const args = tool.args.map((arg) => (arg === 'LOCK' ? nameOf(file.path) : arg));
    return await runProgram(tool.program, args, directory);
  } finally {
    fs.removeSync(directory);
  }
}
