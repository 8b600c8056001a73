import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qcReportForm } from '../../../../src/pipeline/qc/qc-form.ts';
import { parseQcReport } from '../../../../src/pipeline/qc/qc-report.ts';
import { SENTINEL } from '../../../../src/run/outputs/sentinel.ts';
import { unwrap } from '../../../../src/system/result.ts';

const TABLE = '| item | contract | code | holds |\n| --- | --- | --- | --- |\n';
const ROW = '| login | auth.interface.md | src/auth/login.ts:3 | yes |\n';

interface Parts {
  verdict?: string;
  counts?: string;
  conformance?: string;
  findings?: string;
}

function reportOf({
  verdict = 'Verdict: PASS',
  counts = 'Counts: critical 0, major 0, minor 0',
  conformance = `## Conformance\n${TABLE}${ROW}`,
  findings = '## Findings\nNone.',
}: Parts = {}): string {
  return `# QC: auth\n\n${verdict}\n${counts}\n\nAll files were read.\n\n${conformance}\n${findings}\n\n${SENTINEL}\n`;
}

const codesOf = (text: string, answer?: string) => {
  const read = parseQcReport(text, answer);
  return read.ok ? [] : read.diagnostics.map(({ code }) => code);
};

const major = {
  verdict: 'Verdict: FAIL-MAJOR',
  counts: 'Counts: critical 0, major 1, minor 0',
  findings: '## Findings\n- [major] Sessions never end — src/auth/session.ts:12 — set an expiry',
};

describe('a report that can be read', () => {
  it('is taken apart', () => {
    expect(unwrap(parseQcReport(reportOf(major)))).toEqual({
      verdict: 'fail-major',
      counts: { critical: 0, major: 1, minor: 0 },
      findings: [
        {
          severity: 'major',
          title: 'Sessions never end',
          path: 'src/auth/session.ts',
          line: 12,
          detail: 'set an expiry',
        },
      ],
      conformance: [
        { item: 'login', contract: 'auth.interface.md', code: 'src/auth/login.ts:3', holds: 'yes' },
      ],
    });
  });

  it.each([
    'Verdict: PASS',
    'verdict: pass',
    'Verdict: PASSED',
    '**Verdict:** PASS',
    '**Verdict: PASS**',
    '- Verdict: `PASS`',
    'Verdict — PASS',
    'Verdict: ✅ PASS',
    'Verdict: PASS. Everything holds.',
    'Verdict: PASS (all tests pass)',
    'Verdict: PASS with minor findings',
    'Verdict: PASS with 3 minor findings',
    '## Verdict\n\n**PASS**',
    '## Verdict\n- PASS\n\nAll of it.\n',
    '## Verdict: PASS',
    '| Verdict | PASS |',
    'Verdict: PASS\n\nVerdict: PASS',
    'Verdict: PASS\r',
  ])('says PASS with %j', (verdict) => {
    expect(unwrap(parseQcReport(reportOf({ verdict }))).verdict).toBe('pass');
  });

  it.each([
    'Verdict: FAIL-MAJOR',
    'Verdict: fail major',
    'Verdict: FAIL_MAJOR',
    'Verdict: FAILED-MAJOR',
    'Verdict: FAIL — MAJOR',
    'Verdict: FAIL-MAJOR: two tests fail',
  ])('says FAIL-MAJOR with %j', (verdict) => {
    expect(unwrap(parseQcReport(reportOf({ ...major, verdict }))).verdict).toBe('fail-major');
  });

  it.each([
    'Counts: critical 0, major 1, minor 0',
    'Counts: critical: 0 | major: 1 | minor: 0',
    '**Counts:** 0 critical, 1 major, 0 minor',
    'Counts: 0 critical 1 major 0 minor',
    'Counts: critical 0 major 1 minor 0',
    'Counts: critical=0; major=1; minor=0',
    '## Counts\n- critical: 0\n- major: 1\n- minor: 0',
    '## Counts\n| rated | number |\n| --- | --- |\n| critical | 0 |\n| major | 1 |\n| minor | 0 |',
  ])('counts with %j', (counts) => {
    expect(codesOf(reportOf({ ...major, counts }))).toEqual([]);
  });

  it.each([
    [
      'other columns and another order',
      '| Holds? | Requirement | Evidence | Contract clause |\n|:-|-:|:-:|---|\n| yes | a | b | c |',
    ],
    ['a pipe in a cell', `${TABLE}| \`a \\| b\` | c | \`x || y\` | yes |`],
    ['no bars at the ends', 'item | contract | code | holds\n--- | --- | --- | ---\na | b | c | yes'],
    ['marks for answers', `${TABLE}| a | b | c | ✅ |\n| d | e | f | ✓ yes |`],
    ['a reason behind the answer', `${TABLE}| a | b | c | yes: tested in a.test.ts |`],
    ['a row that does not apply', `${TABLE}${ROW}| a | b | c | n/a |`],
    ['a second table', `${TABLE}${ROW}\nAnd more:\n\n${TABLE}${ROW}`],
  ])('takes a conformance table with %s', (_, table) => {
    const { conformance } = unwrap(parseQcReport(reportOf({ conformance: `## Conformance\n\n${table}\n` })));
    expect(conformance.map(({ holds }) => holds)).toContain('yes');
  });

  it('reads what does not hold', () => {
    const rows =
      '| a | b | c | no |\n| d | e | f | Partly — half |\n| g | h | i | ❌ |\n| j | k | l | no, but soon |\n';
    const { conformance } = unwrap(
      parseQcReport(reportOf({ ...major, conformance: `### 2. Contract conformance\n${TABLE}${rows}` })),
    );
    expect(conformance.map(({ holds }) => holds)).toEqual(['no', 'partly', 'no', 'no']);
  });

  it.each([
    'None.',
    '- None',
    '*No findings.*',
    'No major issues found.',
    '### Critical\nNone.\n### Major\nNone.',
  ])('may have nothing to report: %j', (said) => {
    expect(codesOf(reportOf({ findings: `## Findings\n${said}` }))).toEqual([]);
  });

  it('keeps a verdict that is milder than its findings: the reader judges them', () => {
    const read = unwrap(parseQcReport(reportOf({ ...major, verdict: 'Verdict: PASS' })));
    expect(read).toMatchObject({ verdict: 'pass', counts: { major: 1 } });
  });

  it('carries no secret on', () => {
    const key = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
    const findings = `## Findings\n- [major] A key in the code — src/a.ts:1 — it is ${key}`;
    expect(JSON.stringify(unwrap(parseQcReport(reportOf({ ...major, findings }))))).not.toContain(key);
  });
});

describe('a report that cannot be read', () => {
  it.each<[string, Parts, string]>([
    ['no verdict', { verdict: '' }, 'qc-no-verdict'],
    ['a verdict in a fence', { verdict: '```\nVerdict: PASS\n```' }, 'qc-no-verdict'],
    ['a quoted verdict', { verdict: '> Verdict: PASS' }, 'qc-no-verdict'],
    [
      'the form, not filled in',
      { verdict: 'Verdict: PASS | FAIL-MAJOR | FAIL-CRITICAL' },
      'qc-unclear-verdict',
    ],
    ['a verdict without its level', { verdict: 'Verdict: FAIL' }, 'qc-unclear-verdict'],
    ['a verdict of its own', { verdict: 'Verdict: looks good' }, 'qc-unclear-verdict'],
    ['a negated verdict', { verdict: 'Verdict: not PASS' }, 'qc-unclear-verdict'],
    [
      'a verdict with a condition',
      { verdict: 'Verdict: PASS if the tests are repaired' },
      'qc-unclear-verdict',
    ],
    ['a verdict that takes itself back', { verdict: 'Verdict: PASS, else FAIL-MAJOR' }, 'qc-unclear-verdict'],
    ['a word that begins like one', { verdict: 'Verdict: PASSABLE' }, 'qc-unclear-verdict'],
    ['two verdicts', { ...major, verdict: 'Verdict: PASS\n\n## Verdict\nFAIL-MAJOR' }, 'qc-two-verdicts'],
    ['no counts', { counts: '' }, 'qc-no-counts'],
    ['counts without a number', { counts: 'Counts: critical 0, major some, minor 0' }, 'qc-no-counts'],
    ['counts that do not add up', { counts: 'Counts: critical 0, major 1, minor 0' }, 'qc-counts-differ'],
    ['no findings section', { findings: '' }, 'qc-no-findings'],
    ['an empty findings section', { findings: '## Findings\n' }, 'qc-empty-findings'],
    [
      'findings in prose',
      { findings: '## Findings\nThe session never ends, see session.ts.' },
      'qc-empty-findings',
    ],
    ['findings in a table', { findings: '## Findings\n| major | it is slow |' }, 'qc-empty-findings'],
    [
      'the form of a finding',
      { findings: '## Findings\n- [critical|major|minor] title — path:line — detail' },
      'qc-empty-findings',
    ],
    ['no conformance section', { conformance: '' }, 'qc-no-conformance'],
    ['conformance in prose', { conformance: '## Conformance\nAll of it holds.\n' }, 'qc-no-conformance'],
    ['a conformance table without rows', { conformance: `## Conformance\n${TABLE}` }, 'qc-no-conformance'],
    [
      'nothing that applies',
      { conformance: `## Conformance\n${TABLE}| a | b | c | n/a |\n` },
      'qc-no-conformance',
    ],
    [
      'a table without a column',
      { conformance: '## Conformance\n| item | holds |\n| --- | --- |\n| a | yes |\n' },
      'qc-conformance-columns',
    ],
    [
      'a row without an answer',
      { conformance: `## Conformance\n${TABLE}${ROW}| a | b | c | |\n` },
      'qc-conformance-row',
    ],
    [
      'the answers of the form',
      { conformance: `## Conformance\n${TABLE}| a | b | c | yes / partly / no / n/a |\n` },
      'qc-conformance-row',
    ],
    [
      'a yes that is none',
      { conformance: `## Conformance\n${TABLE}| a | b | c | yes, but not for guests |\n` },
      'qc-conformance-row',
    ],
    ['a row that is cut off', { conformance: `## Conformance\n${TABLE}| a | b |\n` }, 'qc-conformance-row'],
    ['a failure without a finding', { verdict: 'Verdict: FAIL-MAJOR' }, 'qc-verdict-without-finding'],
    [
      'a critical failure with a major finding',
      { ...major, verdict: 'Verdict: FAIL-CRITICAL' },
      'qc-verdict-without-finding',
    ],
  ])('%s', (_, parts, code) => {
    expect(codesOf(reportOf(parts))).toContain(code);
  });

  it('says all that is wrong at once, and what to do about each', () => {
    const read = parseQcReport('# QC: auth\n\nFine.\n');
    expect(read.ok).toBe(false);
    expect(read.diagnostics.map(({ code }) => code)).toEqual([
      'qc-no-verdict',
      'qc-no-counts',
      'qc-no-findings',
      'qc-no-conformance',
    ]);
    for (const { fix, target } of read.diagnostics) expect(fix && target).toBeTruthy();
  });

  it('is the form itself', () => {
    expect(codesOf(qcReportForm('auth'))).toEqual(
      expect.arrayContaining(['qc-unclear-verdict', 'qc-conformance-row', 'qc-empty-findings']),
    );
  });
});

describe('the form', () => {
  it('is read once it is filled in', () => {
    const filled = qcReportForm('auth')
      .replace(/(Verdict: ).*/, '$1FAIL-CRITICAL')
      .replace('critical 0', 'critical 1')
      .replace(/\| what is asked.*/, '| login | auth.interface.md, login() | src/auth/login.ts:3 | no |')
      .replace(
        /- \[critical\|major\|minor\] title — path:line — .*/,
        '- [critical] Anyone may log in — src/auth/login.ts:3 — check the password',
      )
      .replace(/^\(.*\)\n/gm, '');
    expect(unwrap(parseQcReport(filled))).toMatchObject({
      verdict: 'fail-critical',
      findings: [{ severity: 'critical', path: 'src/auth/login.ts', line: 3 }],
      conformance: [{ holds: 'no' }],
    });
    expect(filled.trimEnd().endsWith(SENTINEL)).toBe(true);
  });

  it('keeps a name on one line', () => {
    expect(qcReportForm('a\n## Findings').split('\n')[0]).toBe('# QC: a ## Findings');
  });
});

describe('the answer', () => {
  it.each([
    ['PASS. All holds.', []],
    ['FAIL-MAJOR. Two things.', ['qc-answer-differs']],
    ['FAIL-CRITICAL. Broken.', ['qc-answer-differs']],
    ['Done. The report is written.', []],
    ['', []],
  ])('%j beside a report that says PASS', (answer, codes) => {
    expect(codesOf(reportOf(), answer)).toEqual(codes);
  });

  it('never makes a report that says nothing say something', () => {
    expect(codesOf(reportOf({ verdict: '' }), 'PASS. All holds.')).toEqual(['qc-no-verdict']);
  });
});

describe('any text', () => {
  it('does not throw, and passes nothing without a verdict', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400, unit: 'binary' }), (text) => {
        expect(parseQcReport(text).ok).toBe(false);
      }),
    );
  });

  it('reads no lost line as a pass', () => {
    // Whichever line of a failing report goes, what is left is not a pass.
    const lines = reportOf(major).split('\n');
    for (const [index] of lines.entries()) {
      const read = parseQcReport(lines.toSpliced(index, 1).join('\n'));
      expect(read.ok && read.value.verdict === 'pass').toBe(false);
    }
  });

  // Ten times the text takes about ten times the processor time if the reader is linear, a hundred times if it is quadratic.
  it.each(['|', '| a |', 'Verdict: ', '- Counts: ', '`', '* ', '\\|'])(
    'reads a repeated %j in linear time',
    (piece) => {
      const measure = (count: number) => {
        const start = process.cpuUsage();
        parseQcReport(`${reportOf()}\n## Conformance\n${piece.repeat(count)}`);
        const { user, system } = process.cpuUsage(start);
        return user + system;
      };
      const ratio = () => measure(100_000) / ((measure(10_000) + measure(10_000) + measure(10_000)) / 3);
      const ratios = [ratio()];
      while (Math.min(...ratios) > 35 && ratios.length < 4) ratios.push(ratio());
      expect(Math.min(...ratios)).toBeLessThan(40);
    },
  );
});
