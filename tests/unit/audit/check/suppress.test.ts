import { describe, expect, it } from 'vitest';
import type { CheckReport } from '../../../../src/audit/check/check.ts';
import { renderCheck } from '../../../../src/audit/check/render-check.ts';
import { readMark } from '../../../../src/audit/check/suppress.ts';
import { runCheck } from '../../../../src/audit/run-check.io.ts';
import { accept } from '../../../../src/system/result.ts';
import { type Files, fakeTree, rulesOf } from '../fake-tree.ts';

async function check(id: string, files: Files): Promise<CheckReport> {
  const report = await runCheck(id, '/nowhere', async () => accept(fakeTree(files)));
  if (!report.ok) throw new Error('the check did not run');
  return report.value;
}

const TOKEN = ['gh', 'p_', 'x8Kd02mQpLr7Vt3YbN6wZc1HsFa9Je4GuT5i'].join('');

describe('the mark', () => {
  it.each([
    ['x // sao-ignore: eval-call the text is a constant', ['eval-call'], 'the text is a constant'],
    ['x # sao-ignore: a-b, c-d reviewed', ['a-b', 'c-d'], 'reviewed'],
    ['<p> <!-- sao-ignore: raw-markup trusted template -->', ['raw-markup'], 'trusted template'],
    ['/* sao-ignore: eval-call — fixed input */', ['eval-call'], 'fixed input'],
    ['"note": "sao-ignore: secret-github revoked",', ['secret-github'], 'revoked'],
  ])('%s', (line, rules, reason) => {
    expect(readMark(line)).toEqual({ rules, reason });
  });

  it.each([
    '// sao-ignore',
    '// sao-ignore: eval-call',
    '// sao-ignore: eval-call --',
    '// eslint-disable-line',
  ])('%s is none', (line) => expect(readMark(line)).toBeUndefined());
});

describe('marks of other tools', () => {
  const FOREIGN = [
    'import os  # noqa: F401',
    '# nosec',
    '# nosemgrep',
    '# pragma: allowlist secret',
    '// NOSONAR',
    '# secretlint-disable',
    '# gitleaks:allow',
  ];

  it.each(FOREIGN)('%s hides no secret', async (mark) => {
    const above = await check('secrets', { 'a.py': `${mark}\ntoken = "${TOKEN}"\n` });
    const beside = await check('secrets', { 'a.py': `token = "${TOKEN}"  ${mark}\n` });
    expect([rulesOf(above), rulesOf(beside)]).toEqual([['secret-github'], ['secret-github']]);
  });

  it.each([
    '// eslint-disable-next-line no-unused-vars',
    '// biome-ignore lint: fine',
    '// nolint',
    '// codeql[js/x]',
  ])('%s hides no dangerous call', async (mark) => {
    const report = await check('dangerous-calls', { 'a.js': `${mark}\neval(req.query.code);\n` });
    expect(rulesOf(report)).toEqual(['eval-call']);
  });
});

describe('our mark', () => {
  it('suppresses the named rule on its line only, and the report lists it', async () => {
    const report = await check('dangerous-calls', {
      'a.js': 'eval(a); // sao-ignore: eval-call the text is ours\neval(b);\n',
    });
    expect(report.findings.map(({ line }) => line)).toEqual([2]);
    expect(report.suppressed).toMatchObject([{ path: 'a.js', line: 1, reason: 'the text is ours' }]);
    expect(renderCheck(report)).toContain('## Suppressed\n- [major] eval-call: ');
  });

  it('suppresses nothing on the next line, for another rule, or without a reason, and says so', async () => {
    const report = await check('dangerous-calls', {
      'a.js':
        '// sao-ignore: eval-call above\neval(a);\neval(b); // sao-ignore: sql-injection other\neval(c); // sao-ignore: eval-call\n',
    });
    expect(report.findings.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(report.suppressed).toBeUndefined();
    expect(report.notes.filter((note) => note.includes('does not suppress'))).toHaveLength(2);
  });

  it.each([
    ['secrets', 'secret-github', 'notes.txt', `token ${TOKEN} sao-ignore: secret-github revoked`],
    [
      'ci-permissions',
      'unpinned-image',
      'Dockerfile',
      'FROM node:latest # sao-ignore: unpinned-image built nightly\nUSER app',
    ],
    [
      'ci-permissions',
      'unpinned-action',
      '.github/workflows/a.yml',
      'on: push\njobs:\n  a:\n    steps:\n      - uses: some/action@v1 # sao-ignore: unpinned-action ours',
    ],
    [
      'swallowed-errors',
      'bare-except',
      'a.py',
      'try:\n    f()\nexcept: # sao-ignore: bare-except the tool must go on\n    log()',
    ],
  ])('works in %s for %s in %s', async (id, rule, path, text) => {
    const report = await check(id, { [path]: text });
    expect(report.suppressed?.map(({ title }) => title.split(':')[0])).toEqual([rule]);
    expect(rulesOf(report)).not.toContain(rule);
  });

  it('leaves the other findings of a file that are reported as one', async () => {
    const report = await check('leftover-markers', {
      'a.js':
        "function f() { throw new Error('not implemented'); } // sao-ignore: not-implemented by design\nfunction g() { throw new Error('not implemented'); }\n",
    });
    expect(report.findings.map(({ line }) => line)).toEqual([2]);
    expect(report.suppressed).toHaveLength(1);
  });
});
