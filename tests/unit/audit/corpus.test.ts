import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../../scripts/bench/audit/corpus.ts';
import { judgeCorpus, scoreVerdicts } from '../../../scripts/bench/audit/measure.ts';

const MIN_RECALL = 0.85;
const MIN_SNIPPETS = 3;

const snippets = readCorpus();

describe('the corpus', () => {
  const groups = new Map<string, typeof snippets>();
  for (const snippet of snippets) {
    const name = `${snippet.rule} in ${snippet.path}`;
    groups.set(name, [...(groups.get(name) ?? []), snippet]);
  }

  it.each([...groups])('has faulty and harmless snippets of %s', (_name, group) => {
    expect(group.filter(({ isFaulty }) => isFaulty).length).toBeGreaterThanOrEqual(MIN_SNIPPETS);
    expect(group.filter(({ isFaulty }) => !isFaulty).length).toBeGreaterThanOrEqual(MIN_SNIPPETS);
  });
});

describe('the audit on the corpus', async () => {
  const verdicts = await judgeCorpus(snippets);
  const wrong = verdicts.filter(({ isRight }) => !isRight);

  it('reports nothing on a harmless snippet', () => {
    const alarms = wrong.filter(({ snippet }) => !snippet.isFaulty);
    expect(alarms.map(({ snippet, rules }) => `${snippet.origin}: ${rules.join(', ')}`)).toEqual([]);
  });

  it.each(scoreVerdicts(verdicts).rules.map((score) => [score.name, score] as const))(
    'finds faults of %s',
    (_name, score) => {
      expect(score.found / score.faulty).toBeGreaterThanOrEqual(MIN_RECALL);
    },
  );
});
