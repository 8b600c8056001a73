import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ruleId } from '../../../../src/findings/rule.ts';
import { buildReport, type Report } from '../../../../src/run/report/report.ts';
import { renderSarif } from '../../../../src/run/report/sarif.ts';
import { sarifUri } from '../../../../src/run/report/sarif-uri.ts';
import { fullReport } from './full-report.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { realisticRun } from './realistic.ts';
import { finder, gap, reportOf } from './sample-run.ts';

// As OASIS publishes it for SARIF 2.1.0.
const SCHEMA = new URL('../../../fixtures/report/sarif-schema-2.1.0.json.gz', import.meta.url);

let faultsOf: (document: unknown) => string[];

beforeAll(() => {
  // Its own patterns and formats are looser than ajv's strict mode wants.
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(gunzipSync(readFileSync(SCHEMA)).toString()));
  faultsOf = (document) => {
    validate(document);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
});

function runOf(report: Report) {
  return JSON.parse(renderSarif(report)).runs[0];
}

function resultOf(bullet: string) {
  return runOf(reportOf([finder('a1', [bullet])])).results[0];
}

describe('the schema of SARIF 2.1.0', () => {
  it('would refuse what is no SARIF', () => {
    expect(faultsOf({ version: '2.1.0', runs: [{ tool: {} }] })).not.toEqual([]);
  });

  it.each([
    ['a realistic run', buildReport(realisticRun())],
    ['a run without agents', reportOf([], { domains: [] })],
    ['a run of gaps', reportOf([gap('a1'), gap('a2')])],
  ])('accepts %s', (_, report) => {
    expect(faultsOf(JSON.parse(renderSarif(report)))).toEqual([]);
  });

  it.each(HOSTILE_TEXTS)('accepts %j', (text) => {
    expect(faultsOf(JSON.parse(renderSarif(fullReport(text))))).toEqual([]);
  });

  it('accepts any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(faultsOf(JSON.parse(renderSarif(fullReport(text))))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is not known', () => {
  it('is a gap: an error among the notifications, and no success', () => {
    const { invocations } = runOf(reportOf([finder('a1', []), gap('a2', { gapReason: 'it hung' })]));
    expect(invocations[0].executionSuccessful).toBe(false);
    expect(invocations[0].toolExecutionNotifications).toEqual([
      {
        descriptor: { id: 'gap' },
        level: 'error',
        message: { text: 'Worker a2 (a2) is a gap: it hung, after 2 attempts.' },
        properties: { agent: 'a2', domain: 'security', attempts: 2 },
      },
    ]);
  });

  it('is an agent that has not ended: no success either', () => {
    const { invocations } = runOf(reportOf([finder('a1', [], { status: 'missing' })]));
    expect(invocations[0].executionSuccessful).toBe(false);
    expect(invocations[0].toolExecutionNotifications[0].message.text).toContain('The run is not finished');
  });

  it('is nothing where all agents are done', () => {
    const { invocations } = runOf(reportOf([finder('a1', ['None.'])]));
    expect(invocations).toEqual([
      {
        executionSuccessful: true,
        startTimeUtc: '2026-03-14T10:15:00.000Z',
        endTimeUtc: '2026-03-14T10:41:12.345Z',
      },
    ]);
  });

  it('is a time that is none', () => {
    const report = { ...reportOf([]), started: 'yesterday', created: '' };
    expect(runOf(report).invocations).toEqual([{ executionSuccessful: true }]);
  });
});

describe('a result', () => {
  it('says what, where and how bad', () => {
    expect(resultOf('- [major] Weak hash — src/a.ts:5 — MD5 of `id[0]`.')).toEqual({
      ruleId: 'weak-hash',
      ruleIndex: 0,
      level: 'warning',
      message: { text: 'Weak hash: MD5 of `id\\[0\\]`.' },
      locations: expect.anything(),
      partialFingerprints: {
        primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{32}:0$/),
        'saoFinding/v1': expect.stringMatching(/^[0-9a-f]{32}:0$/),
      },
      properties: { severity: 'major', workers: ['a1'], domains: ['security'], sources: [] },
    });
  });

  it('has a region where a line is known', () => {
    expect(resultOf('- [minor] Weak hash — src/a.ts:5').locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'src/a.ts', uriBaseId: '%SRCROOT%' },
          region: { startLine: 5, startColumn: 1, endLine: 5 },
        },
      },
    ]);
    expect(resultOf('- [minor] Weak hash — src/a.ts').locations[0].physicalLocation.region.startLine).toBe(1);
  });

  it('has a location even without a place: code scanning refuses the whole file for one that has none', () => {
    expect(resultOf('- [minor] No tests at all').locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'no%20file%20named', uriBaseId: '%SRCROOT%' },
          region: { startLine: 1, startColumn: 1, endLine: 1 },
        },
      },
    ]);
  });

  it.each([
    ['critical', 'error'],
    ['major', 'warning'],
    ['minor', 'note'],
  ])('is of the level for %s', (severity, level) => {
    expect(resultOf(`- [${severity}] Weak hash`).level).toBe(level);
  });

  it('makes no link of brackets', () => {
    expect(resultOf('- [minor] See [here](1) now').message.text).toBe('See \\[here\\](1) now.');
  });
});

describe('fingerprints', () => {
  const printOf = (bullet: string) => resultOf(bullet).partialFingerprints['saoFinding/v1'];
  const print = printOf('- [major] Weak hash of passwords — src/a.ts:5');

  it('stay when code above moves, the rating changes or words change places', () => {
    expect(printOf('- [minor] Weak hash of passwords — src/a.ts:50 — more said')).toBe(print);
    expect(printOf('- [major] Weak hash of the password — src/a.ts:5')).toBe(print);
  });

  it('differ between files and between findings', () => {
    expect(printOf('- [major] Weak hash of passwords — src/b.ts:5')).not.toBe(print);
    expect(printOf('- [major] Weak salt of passwords — src/a.ts:5')).not.toBe(print);
  });

  it('count where one file has the same finding twice', () => {
    const bullets = ['- [major] Weak hash — src/a.ts:5', '- [major] Weak hash — src/a.ts:90'];
    const { results } = runOf(reportOf([finder('a1', bullets)]));
    const prints: string[] = results.map(
      (r: { partialFingerprints: object }) => Object.values(r.partialFingerprints)[0],
    );
    expect(prints.map((p) => p.split(':')[1])).toEqual(['0', '1']);
    expect(new Set(prints.map((p) => p.split(':')[0])).size).toBe(1);
  });
});

describe('rules', () => {
  it('are shared by findings with one title, and as bad as the worst of them', () => {
    const bullets = [
      '- [minor] Weak hash — a.ts:1',
      '- [major] Weak hash — b.ts:1',
      '- [minor] Slow — c.ts:1',
    ];
    const { tool, results } = runOf(reportOf([finder('a1', bullets)]));
    expect(tool.driver.rules).toMatchObject([
      {
        id: 'weak-hash',
        shortDescription: { text: 'Weak hash.' },
        defaultConfiguration: { level: 'warning' },
      },
      { id: 'slow', shortDescription: { text: 'Slow.' }, defaultConfiguration: { level: 'note' } },
    ]);
    for (const result of results) expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
  });

  it.each([
    ['SQL injection (again!)', 'sql-injection-again'],
    ['Café à côté', 'cafe-a-cote'],
    ['-- x --', 'x'],
  ])('are named after the title: %s', (title, id) => {
    expect(ruleId({ title })).toBe(id);
  });

  it.each([
    ['3 packages with known denial of service', 'packages-with-known-denial-of-service'],
    ['Long file: 1,204 lines (311 KiB)', 'long-file-lines-kib'],
    ['Timeout of 200ms is retried 12x', 'timeout-of-is-retried'],
    ['MD5 and SHA1 of base64, no 2FA', 'md5-and-sha1-of-base64-no-2fa'],
  ])('hold no counts, which change from run to run: %s', (title, id) => {
    expect(ruleId({ title })).toBe(id);
  });

  it('are those of the check that found it, for any count', () => {
    const ranked = (rank: number) => [`- [minor] hot-spot: rank ${rank}, 14 changes × 300 lines — a.ts`];
    const runs = [1, 2].map((rank) => runOf(reportOf([finder('a1', ranked(rank), { model: null })])));
    for (const { tool, results } of runs) {
      expect(results[0].ruleId).toBe('hot-spot');
      expect(tool.driver.rules[0].shortDescription.text).toBe('Hot spot.');
    }
    expect(runs[0].results[0].partialFingerprints).toEqual(runs[1].results[0].partialFingerprints);
  });

  it('are no words of an agent before a colon', () => {
    const { results } = runOf(reportOf([finder('a1', ['- [minor] auth: no limit on tries — a.ts'])]));
    expect(results[0].ruleId).toBe('auth-no-limit-on-tries');
  });

  it('have a stable name for a title without Latin letters', () => {
    expect(ruleId({ title: '注入漏洞' })).toMatch(/^finding-[0-9a-f]{8}$/);
    expect(ruleId({ title: '注入漏洞' })).toBe(ruleId({ title: '注入漏洞' }));
    expect(ruleId({ title: '注入漏洞' })).not.toBe(ruleId({ title: '内存泄漏' }));
  });

  it('end at a word, not at a dash', () => {
    expect(ruleId({ title: 'word '.repeat(40) })).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });
});

/** What GitHub documents as required or limited in a file that it accepts. */
describe('the requirements of GitHub code scanning', () => {
  const bandit = (bullets: string[], more = {}) =>
    finder('bandit', bullets, { model: null, tool: 'bandit', domain: 'security', ...more });
  const report = {
    ...reportOf(
      [
        finder(
          'dangerous-calls',
          [
            '- [major] sql-injection: a statement is built from values — src/db.js:4 — Pass values as parameters.',
          ],
          { model: null },
        ),
        bandit([
          '- [major] bandit/B608: Possible SQL injection — src/db.py:2 — See https://bandit.example/b608.html (CWE-89)',
          '- [minor] bandit/B101: Use of assert — src/a.py',
        ]),
      ],
      { engine: '1.2.3', prefix: 'packages/api/' },
    ),
  };
  const document = JSON.parse(renderSarif(report));
  const rules = document.runs.flatMap(
    (run: { tool: { driver: { rules: object[] } } }) => run.tool.driver.rules,
  );
  const results = document.runs.flatMap((run: { results: object[] }) => run.results);

  it('are met by the schema of SARIF', () => {
    expect(faultsOf(document)).toEqual([]);
  });

  it('are met by every rule: texts, help, tags and a score', () => {
    expect(rules).toHaveLength(3);
    for (const rule of rules) {
      for (const text of [
        rule.shortDescription.text,
        rule.fullDescription.text,
        rule.help.text,
        rule.help.markdown,
      ])
        expect(text.length).toBeGreaterThan(3);
      expect(rule.properties.tags).toContain('security');
      expect(Number(rule.properties['security-severity'])).toBeGreaterThan(0);
      // A name that equals the id is refused.
      expect(rule.name).not.toBe(rule.id);
    }
    expect(rules[0].help.text).toContain('sao-ignore: sql-injection REASON');
    expect(rules[1]).toMatchObject({
      id: 'B608',
      helpUri: 'https://bandit.example/b608.html',
      properties: { tags: ['security', 'external/cwe/cwe-089'] },
    });
  });

  it('are met by every result: a file relative to the repository, a line, a fingerprint', () => {
    const uris = results.map(
      (result: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        result.locations[0]?.physicalLocation.artifactLocation.uri,
    );
    expect(uris).toEqual(['packages/api/src/db.js', 'packages/api/src/db.py', 'packages/api/src/a.py']);
    for (const result of results) {
      expect(result.locations[0].physicalLocation.region.startLine).toBeGreaterThan(0);
      expect(result.partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]{32}:\d+$/);
      expect(result.message.text).not.toContain(result.ruleId);
    }
  });

  it('are met by the runs: each tool under its name and version', () => {
    const drivers = document.runs.map((run: { tool: { driver: { name: string; version: string } } }) => [
      run.tool.driver.name,
      run.tool.driver.version,
    ]);
    expect(drivers).toEqual([
      ['sao', '1.2.3'],
      ['Bandit', undefined],
    ]);
    expect(
      document.runs.map((run: { automationDetails: { id: string } }) => run.automationDetails.id),
    ).toEqual(Array(2).fill('sao/audit/20260314-101500-9f3a1c07'));
  });

  it('are not met by silence: a tool that failed has no run, so its alerts stay open', () => {
    const failed = reportOf([
      bandit([], { text: '## Findings\nNone.\n\n## Not checked\n- bandit: exit code 2\n' }),
    ]);
    expect(failed.tools).toMatchObject([{ name: 'bandit', complete: false }]);
    expect(JSON.parse(renderSarif(failed)).runs).toHaveLength(1);
    const clean = reportOf([bandit(['None.'])]);
    expect(JSON.parse(renderSarif(clean)).runs).toHaveLength(2);
  });

  it('include the state of known findings where there is a baseline', () => {
    const [first] = report.findings;
    const known = {
      ...report,
      findings: report.findings.slice(1),
      known: first ? [first] : [],
      baseline: 'old.json',
    };
    const states = JSON.parse(renderSarif(known)).runs.flatMap(
      (run: { results: { baselineState: string }[] }) => run.results.map((result) => result.baselineState),
    );
    expect(states.sort()).toEqual(['new', 'new', 'unchanged']);
  });
});

describe('sarifUri', () => {
  it.each([
    ['src/a.ts', 'src/a.ts', true],
    ['src/a b#c?d.ts', 'src/a%20b%23c%3Fd.ts', true],
    ['a:b/c.ts', 'a%3Ab/c.ts', true],
    ['node_modules/@x/y.js', 'node_modules/@x/y.js', true],
    ['src/ü.ts', 'src/%C3%BC.ts', true],
    ['100%.md', '100%25.md', true],
    ['/etc/pass wd', 'file:///etc/pass%20wd', false],
    ['C:/a b.ts', 'file:///C:/a%20b.ts', false],
    ['a\ud800b', 'a%EF%BF%BDb', true],
  ])('%j', (path, uri, isRelative) => {
    expect(sarifUri(path)).toEqual(isRelative ? { uri, uriBaseId: '%SRCROOT%' } : { uri });
  });

  it('gives an address of nothing but allowed characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        expect(sarifUri(path).uri).toMatch(/^(?:[\w\-.!~*'()@/]|%[0-9A-F]{2})*$|^file:\/\//);
      }),
    );
  });
});
