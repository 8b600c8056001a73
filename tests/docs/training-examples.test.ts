import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgePairs } from '../../src/memory/training/judge-pairs.ts';
import { REASONS } from '../../src/memory/training/reasons.ts';
import { sharesOf } from '../../src/memory/training/shares.ts';
import { FACTS, linesOf } from '../unit/memory/training/pairs.ts';

const page = readFileSync('docs/training.md', 'utf8');

/** The pairs in a text, with its placeholders filled in. */
function examplesIn(text: string): string[] {
  const filled = text
    .replaceAll('{start_pair_id}', '1')
    .replaceAll('{source_timestamp}', '2026-02-25T00:00:00Z');
  return filled.split('\n').filter((line) => line.startsWith('{"messages"'));
}

describe('training pairs that are shown', () => {
  it.each(['docs/training.md', 'templates/training-generator.md'])('in %s would count', (path) => {
    const examples = examplesIn(readFileSync(path, 'utf8'));
    const judged = judgePairs(linesOf(examples), { ...FACTS, modules: ['auth', 'ledger'] });
    expect(judged.rejected).toEqual([]);
    expect(judged.valid).toHaveLength(1);
  });

  it('are given for every reason and every share', () => {
    for (const code of Object.keys(REASONS)) expect(page).toContain(`\`${code}\``);
    for (const {
      taxonomy,
      target: [from, to],
    } of sharesOf([]))
      expect(page).toMatch(new RegExp(`\`${taxonomy}\` .* ${from * 100} to ${to * 100} %`));
  });
});
