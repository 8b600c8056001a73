import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFindings } from '../../../src/findings/parse-findings.ts';
import { writeBullet } from '../../../src/findings/write-bullet.ts';

const read = (bullet: string) => parseFindings(`## Findings\n${bullet}\n`);

describe('writeBullet', () => {
  it.each([
    [
      { severity: 'major', title: 'Bad', path: 'src/a.ts', line: 3, detail: 'Fix it' } as const,
      '- [major] Bad — src/a.ts:3 — Fix it',
    ],
    [{ severity: 'minor', title: 'No licence' } as const, '- [minor] No licence'],
    [{ severity: 'minor', title: 'A name', path: 'Odd.xyz' } as const, '- [minor] A name — ./Odd.xyz'],
    [
      { severity: 'critical', title: 'A — dash', path: 'dir with blanks/a.ts' } as const,
      '- [critical] A: dash — `dir with blanks/a.ts`',
    ],
  ])('%#', (finding, bullet) => {
    expect(writeBullet(finding)).toBe(bullet);
    expect(read(bullet)).toMatchObject([{ ...finding, title: finding.title.replace(' —', ':') }]);
  });

  it('writes a bullet that is read as the same place and severity', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/);
    const finding = fc.record({
      severity: fc.constantFrom('critical' as const, 'major' as const, 'minor' as const),
      title: fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => `Use of ${words.join(' ')}`),
      path: fc.tuple(word, word).map(([folder, name]) => `${folder}/${name}.ts`),
      line: fc.integer({ min: 1, max: 9999 }),
      detail: fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')),
    });
    fc.assert(
      fc.property(finding, (given) => {
        expect(read(writeBullet(given))).toEqual([given]);
      }),
    );
  });
});
