import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/findings/finding.ts';
import {
  describeRecordedFinding,
  readRecordedFindings,
  recordFinding,
} from '../../../src/findings/recorded-finding.ts';
import { readPathBytes } from '../../../src/system/files/path-bytes.ts';
import { oddNames } from '../../harness/odd-names.ts';

const finding = (path: string): Finding => ({
  severity: 'major',
  title: 'Bad',
  path,
  line: 3,
  detail: 'Fix it',
});

describe('recordFinding', () => {
  it('writes a bullet, and JSON where a bullet would name another file', () => {
    expect(recordFinding(finding('src/a.ts'))).toBe('- [major] Bad — src/a.ts:3 — Fix it');
    expect(recordFinding(finding('a\\b.ts'))).toBe(
      String.raw`{"severity":"major","title":"Bad","path":"a\\b.ts","line":3,"detail":"Fix it"}`,
    );
  });

  it('is read back with the same place, for any name', () => {
    fc.assert(
      fc.property(fc.array(oddNames, { maxLength: 3 }), (names) => {
        const paths = names.map((name) => readPathBytes(Buffer.concat([name, Buffer.from('.js')])));
        const read = readRecordedFindings(paths.map((path) => recordFinding(finding(path))));
        expect(read.map(({ path, line, severity }) => ({ path, line, severity }))).toEqual(
          paths.map((path) => ({ path, line: 3, severity: 'major' })),
        );
      }),
    );
  });

  it('keeps other lines as minor findings', () => {
    expect(readRecordedFindings(['not looked at: a1 (it left no output)'])).toEqual([
      { severity: 'minor', title: 'not looked at: a1 (it left no output)' },
    ]);
    expect(readRecordedFindings(['{"severity":"worst"}'])).toEqual([
      { severity: 'minor', title: '{"severity":"worst"}' },
    ]);
  });

  it('is described without JSON', () => {
    const line = recordFinding(finding('a|b\nc.ts'));
    expect(describeRecordedFinding(line)).toBe(String.raw`- [major] Bad — line 3 of "a|b\nc.ts" — Fix it`);
    expect(describeRecordedFinding('- [minor] x')).toBe('- [minor] x');
  });
});
