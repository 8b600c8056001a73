import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { describeGitFailure } from '../../system/git/failure.ts';
import { catchExpectedError, ExpectedError, fault, type Result, reject } from '../../system/result.ts';
import { type Prediction, parseMergeTree } from './merge-output.ts';
import { mergeProblems } from './wording.ts';

const TIMEOUT_MS = 300_000;

/** Predicts the merge of `theirs` into `ours`; changes no file, index or ref. */
export function predictMerge(directory: string, ours: string, theirs: string): Promise<Result<Prediction>> {
  return catchExpectedError(() => predictOrThrow(directory, ours, theirs));
}

/**
 * Like `predictMerge`, but throws an ExpectedError. Training pairs that both sides have added or changed are joined line by line: every build of a
 * repository writes files of the same names.
 */
export async function predictOrThrow(directory: string, ours: string, theirs: string): Promise<Prediction> {
  const prediction = await askMergeTree(directory, ours, theirs, []);
  const hasTrainingConflict =
    !prediction.clean && prediction.conflicts.some(({ path }) => TRAINING_FILE.test(path));
  if (!hasTrainingConflict) return prediction;
  const attributes = `core.attributesFile=${await writeUnionAttributes(directory)}`;
  return await askMergeTree(directory, ours, theirs, ['-c', attributes]);
}

/** One line is one training pair; a project in a subfolder of its repository has them there. */
const TRAINING_FILE = /(?:^|\/)\.orchestration\/training\/[^/]+\.jsonl$/;

async function writeUnionAttributes(directory: string): Promise<string> {
  const common = await askGit(directory, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
  const path = join(common.slice(0, -1), 'sao', 'training.attributes');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeAtomic(path, '**/.orchestration/training/*.jsonl merge=union\n');
  return path;
}

async function askMergeTree(
  directory: string,
  ours: string,
  theirs: string,
  config: readonly string[],
): Promise<Prediction> {
  const args = [
    ...config,
    'merge-tree',
    '--write-tree',
    '-z',
    '--messages',
    '--end-of-options',
    ours,
    theirs,
  ];
  const { code, stdout, stderr } = await callGit(directory, args, { timeoutMs: TIMEOUT_MS });
  const prediction = parseMergeTree(code, stdout);
  if (prediction) return prediction;
  if (code === 129) throw new ExpectedError(fault(mergeProblems.oldGit(directory)));
  if (code === 1) throw new ExpectedError(reject(mergeProblems.badCommit(directory, stderr)));
  throw new ExpectedError(fault(describeGitFailure(directory, args, { code, stderr })));
}
