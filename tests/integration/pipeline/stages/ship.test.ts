import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mergeMemory } from '../../../../src/pipeline/stages/ship.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { commit, git, makeRepository } from '../../../hazards/git-scratch.ts';

const STATE = '.orchestration/training/state.jsonl';

it('the memory of two builds is joined line by line, of files that both have added too', async () => {
  const place = makeRepository({ '.orchestration/brains/qc.md': '- old\n' });
  const base = git(place, 'rev-parse', 'HEAD');
  const other = commit(place, { [STATE]: '{"a":1}\n', '.orchestration/brains/qc.md': '- theirs\n' });
  git(place, 'switch', '--quiet', '-c', 'integration', base);
  commit(place, { [STATE]: '{"b":2}\n', '.orchestration/brains/qc.md': '- ours\n' });
  const ours = makeScratch();
  await mergeMemory(place, other, ours);
  await mergeMemory(place, other, ours);
  expect(readFileSync(join(place, STATE), 'utf8').trim().split('\n').sort()).toEqual(['{"a":1}', '{"b":2}']);
  expect(readFileSync(join(place, '.orchestration/brains/qc.md'), 'utf8')).toBe('- ours\n- theirs\n');
  expect(git(place, 'status', '--porcelain')).toBe('');
  expect(git(place, 'log', '--merges', '--oneline').split('\n')).toHaveLength(1);
});
