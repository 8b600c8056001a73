import { describe, expect, it } from 'vitest';
import { fingerprintFindings } from '../../../src/findings/fingerprint.ts';

interface Given {
  rule: string | null;
  path: string;
  line: number;
  title?: string;
}

/** Fingerprints of findings in one file with these lines. */
function prints(lines: readonly string[], given: readonly Given[]): string[] {
  const findings = given.map((finding) => ({ title: `${finding.rule}: found`, ...finding }));
  return fingerprintFindings(findings, (_path, line) => lines[line - 1]);
}

const EVAL = { rule: 'eval-call', path: 'a.js' };

describe('the fingerprint of a finding of a rule', () => {
  const [first] = prints(['eval(x)'], [{ ...EVAL, line: 1 }]);

  it('stays when lines are inserted above, the line is indented, and the title changes', () => {
    const lines = ['', '// new', '    eval(x)'];
    expect(prints(lines, [{ ...EVAL, line: 3, title: 'eval-call: other words' }])).toEqual([first]);
  });

  it('stays when a finding of the same rule and title appears above', () => {
    const lines = ['eval(y)', 'eval(x)'];
    const [above, below] = prints(lines, [
      { ...EVAL, line: 1 },
      { ...EVAL, line: 2 },
    ]);
    expect(below).toBe(first);
    expect(above).not.toBe(first);
  });

  it.each([
    ['another rule', ['eval(x)'], { ...EVAL, rule: 'other', line: 1 }],
    ['another file', ['eval(x)'], { ...EVAL, path: 'b.js', line: 1 }],
    ['another line', ['eval(z)'], { ...EVAL, line: 1 }],
  ])('differs for %s', (_what, lines, finding) => {
    expect(prints(lines, [finding])).not.toEqual([first]);
  });

  it('counts equal lines from the top, in whichever order they are given', () => {
    const lines = ['eval(x)', 'eval(x)'];
    const [below, above] = prints(lines, [
      { ...EVAL, line: 2 },
      { ...EVAL, line: 1 },
    ]);
    const hash = first?.split(':')[0];
    expect([above, below]).toEqual([`${hash}:0`, `${hash}:1`]);
  });
});

it('identifies a finding of an agent by its words, also where its line can be read', () => {
  const of = (title: string, line: number) =>
    prints(['a', 'b'], [{ rule: null, path: 'a.js', line, title }])[0];
  expect(of('Weak hash of the password', 2)).toBe(of('Weak hash of passwords', 1));
  expect(of('Weak salt of passwords', 1)).not.toBe(of('Weak hash of passwords', 1));
});
