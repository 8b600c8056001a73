import { countOf } from '../../../findings/words.ts';
import { isSample, isTest } from '../../../source/kinds.ts';
import { selectCode } from '../../../source/select.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import { tryGit } from '../../../system/git/call.io.ts';
import type { CheckResult } from '../../check/check.ts';
import { reportHits } from '../../check/report.ts';
import { describeHotSpot, rankHotSpots, readNumstat } from './hot-spot-rank.ts';

/** Newest commits that are read, so that a repository of a million commits takes seconds. */
const MAX_COMMITS = 2000;
const TIMEOUT_MS = 300_000;

const LOG = ['log', '--numstat', '-z', '--no-renames', '--no-merges', '--no-ext-diff', '--no-textconv'];

/** Lists files that change often and are large. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  if (!tree.git)
    return reportHits([], ['This folder is not a git repository, so it has no history for a ranking.']);
  const args = [...LOG, `--max-count=${MAX_COMMITS}`, '--format=%x01', '--', '.'];
  const log = await tryGit(tree.root, args, { timeoutMs: TIMEOUT_MS });
  if (!log.ok) return reportHits([], ['No commits could be read, so there is no history for a ranking.']);
  const history = readNumstat(log.value, tree.prefix ?? '');
  const written = new Set<string>();
  for (const { path } of selectCode(tree)) if (!isTest(path) && !isSample(path)) written.add(path);
  const spots = rankHotSpots(
    tree.files.filter(({ path }) => written.has(path)),
    history,
  );
  const notes = [
    `Read ${countOf(history.commits, 'commit')} (the newest ${MAX_COMMITS} at most) for ${countOf(written.size, 'file')} of code.`,
  ];
  if (history.commits < 20) notes.push('The history has too few commits for a ranking.');
  return reportHits([], notes, { numbers: spots.map(describeHotSpot) });
}
