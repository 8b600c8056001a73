import { callGit } from '../../system/git/call.io.ts';
import { describeGitFailure } from '../../system/git/failure.ts';
import { catchExpectedError, ExpectedError, fault, type Result, reject } from '../../system/result.ts';
import { type Prediction, parseMergeTree } from './merge-output.ts';
import { mergeProblems } from './wording.ts';

const TIMEOUT_MS = 300_000;

/** Predicts the merge of `theirs` into `ours`; changes no file, index or ref. */
export function predictMerge(directory: string, ours: string, theirs: string): Promise<Result<Prediction>> {
  return catchExpectedError(() => predictOrThrow(directory, ours, theirs));
}

/** Like `predictMerge`, but throws an ExpectedError. */
export async function predictOrThrow(directory: string, ours: string, theirs: string): Promise<Prediction> {
  const args = ['merge-tree', '--write-tree', '-z', '--messages', '--end-of-options', ours, theirs];
  const { code, stdout, stderr } = await callGit(directory, args, { timeoutMs: TIMEOUT_MS });
  const prediction = parseMergeTree(code, stdout);
  if (prediction) return prediction;
  if (code === 129) throw new ExpectedError(fault(mergeProblems.oldGit(directory)));
  if (code === 1) throw new ExpectedError(reject(mergeProblems.badCommit(directory, stderr)));
  throw new ExpectedError(fault(describeGitFailure(directory, args, { code, stderr })));
}
