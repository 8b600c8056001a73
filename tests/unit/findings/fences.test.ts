import { describe, expect, it } from 'vitest';
import { advanceFence, type Fence } from '../../../src/findings/fences.ts';
import { measureCpuMs } from '../../harness/cpu-time.ts';

const NONE = undefined;
const TICKS: Fence = { mark: '`', length: 3 };
const TILDES: Fence = { mark: '~', length: 3 };

/** Case, fence open before the line, line, fence open after it by the strict rules, and by the nested rules. */
const CASES: [string, Fence | undefined, string, Fence | undefined, Fence | undefined][] = [
  ['opens with three backticks', NONE, '```', TICKS, TICKS],
  ['opens with tildes', NONE, '~~~', TILDES, TILDES],
  ['opens with an info string', NONE, '```ts title="a"', TICKS, TICKS],
  ['opens before a carriage return', NONE, '```\r', TICKS, TICKS],
  ['opens with a line separator in the info string', NONE, '```a\u2028b', TICKS, TICKS],
  ['counts the opening marks', NONE, '`````', { mark: '`', length: 5 }, { mark: '`', length: 5 }],
  ['does not open with two marks', NONE, '``', NONE, NONE],
  ['does not open on inline code', NONE, '```a``` b', NONE, NONE],
  ['opens a tilde fence with a backtick in the info string', NONE, '~~~ `a`', TILDES, TILDES],
  ['opens after three spaces', NONE, '   ```', TICKS, TICKS],
  ['opens after four spaces if nested', NONE, '    ```', NONE, TICKS],
  ['opens after a tab if nested', NONE, '\t```', NONE, TICKS],
  ['opens in a quote if nested', NONE, '> ```', NONE, TICKS],
  ['opens in a bullet if nested', NONE, '- ```', NONE, TICKS],
  ['opens in a numbered bullet if nested', NONE, '  1. ```sh', NONE, TICKS],
  ['closes with the same marks', TICKS, '```', NONE, NONE],
  ['closes with more marks', TICKS, '````', NONE, NONE],
  ['closes before blanks', TICKS, '```  \r', NONE, NONE],
  [
    'does not close with fewer marks',
    { mark: '`', length: 4 },
    '```',
    { mark: '`', length: 4 },
    { mark: '`', length: 4 },
  ],
  ['does not close with the other character', TICKS, '~~~', TICKS, TICKS],
  ['does not close with an info string', TICKS, '```ts', TICKS, TICKS],
  ['closes after four spaces if nested', TICKS, '    ```', TICKS, NONE],
  ['does not close in a bullet', TICKS, '- ```', TICKS, TICKS],
  ['stays open on other lines', TICKS, 'text', TICKS, TICKS],
  ['stays closed on other lines', NONE, '# title', NONE, NONE],
];

describe('advanceFence', () => {
  it.each(CASES)('%s', (_name, open, line, afterStrict, afterNested) => {
    expect(advanceFence(open, line)).toEqual(afterStrict);
    expect(advanceFence(open, line, { nested: true })).toEqual(afterNested);
  });

  it('reads a long line of marks in linear time', () => {
    const line = `${'`'.repeat(200_000)}\u2028x\``;
    expect(advanceFence(undefined, line)).toBeUndefined();
    expect(measureCpuMs(() => advanceFence(undefined, line))).toBeLessThan(200);
  });
});
