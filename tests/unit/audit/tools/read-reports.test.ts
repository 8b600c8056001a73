import { describe, expect, it } from 'vitest';
import { readBandit, readEslint } from '../../../../src/audit/tools/read-json.ts';
import { readSarif } from '../../../../src/audit/tools/read-sarif.ts';
import { judgeReadings } from '../../../../src/audit/tools/tool-report.ts';
import { TOOLS } from '../../../../src/audit/tools/tool-table.ts';
import type { Finding } from '../../../../src/findings/finding.ts';
import { kindOf } from '../../../../src/findings/finding-kind.ts';
import { ruleOfTitle } from '../../../../src/findings/rule.ts';
import { TOOL_NAMES } from '../../../../src/findings/tool-names.ts';
import { SAMPLE_REPORTS } from '../../../fixtures/tools/reports.ts';

const ROOT = '/home/ana/shop';

/** A path in the project as `sao tool` finds it. */
const inProject = (path: string) => path.replace(`${ROOT}/`, '').replace(/^\.\//, '');

function show({ severity, title, path, line, detail = '' }: Finding): string {
  const cwe = [...detail.matchAll(/CWE-\d+/g)].map(String);
  const place = `${path}${line === undefined ? '' : `:${line}`}`;
  return [severity, ruleOfTitle(title), place, ...new Set(cwe)].join(' ');
}

describe('the table of tools', () => {
  it('has every tool once, and a sample report of each', () => {
    expect(TOOLS.map(({ id }) => id).sort()).toEqual([...TOOL_NAMES].sort());
    expect(SAMPLE_REPORTS.map(({ tool }) => tool).sort()).toEqual([...TOOL_NAMES].sort());
  });
});

describe.each(SAMPLE_REPORTS)('a report of $tool', ({ tool: name, report, expected }) => {
  it(`becomes ${expected}`, () => {
    const tool = TOOLS.find(({ id }) => id === name);
    const reading = tool?.read(JSON.stringify(report(ROOT)));
    if (!tool || !reading) throw new Error('no reading');
    const prefix = name === 'gosec' ? 'api/' : '';
    const { findings } = judgeReadings(tool, [reading], (path) => prefix + inProject(path));
    expect(findings.map(show)).toEqual([expected]);
  });
});

describe('what is no report', () => {
  it.each([
    '',
    'null',
    'Traceback (most recent call last):',
    '{}',
    '{"runs": []}',
    '{"runs": [{}]}',
    '[1]',
    '{"runs": [{"tool": {}}]}',
  ])('is not read as a report without findings: %j', (text) => {
    for (const { id, read } of TOOLS) {
      // Without a fault actionlint prints `null`.
      if (id === 'actionlint' && text === 'null') continue;
      expect([id, read(text)]).toEqual([id, undefined]);
    }
  });
});

function sarif(result: object, { driver = {}, run = {} }: { driver?: object; run?: object } = {}) {
  const document = {
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'x', ...driver } }, results: [result], ...run }],
  };
  return readSarif(JSON.stringify(document));
}

const message = { text: 'm' };

describe('a SARIF result', () => {
  it.each([
    ['its level', { level: 'error' }, {}, 'major'],
    ['the level of its rule', {}, { defaultConfiguration: { level: 'error' } }, 'major'],
    ['the default level', {}, {}, 'minor'],
    ['a score of 9', { level: 'note' }, { properties: { 'security-severity': '9.1' } }, 'critical'],
    ['a score of 7', {}, { properties: { 'security-severity': '7.0' } }, 'major'],
    ['a score below', { level: 'error' }, { properties: { 'security-severity': '4.0' } }, 'minor'],
  ])('is rated by %s', (_, result, rule, severity) => {
    const reading = sarif({ ruleId: 'r', message, ...result }, { driver: { rules: [{ id: 'r', ...rule }] } });
    expect(reading?.findings[0]?.severity).toBe(severity);
  });

  it('finds its rule in an extension', () => {
    const result = {
      rule: { index: 0, toolComponent: { index: 0 } },
      message: { id: 'default', arguments: ['a.js', '[b](c)'] },
    };
    const extensions = [
      { name: 'pack', rules: [{ id: 'js/x', messageStrings: { default: { text: 'Bad {0} and {1}' } } }] },
    ];
    const document = {
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'x' }, extensions }, results: [result] }],
    };
    expect(readSarif(JSON.stringify(document))?.findings[0]).toMatchObject({
      rule: 'js/x',
      message: 'Bad a.js and b',
    });
  });

  it.each([
    ['relative', { uri: 'src/a%20b.ts' }, {}, 'src/a b.ts'],
    ['a file address', { uri: 'file:///home/ana/a.ts' }, {}, '/home/ana/a.ts'],
    ['a drive', { uri: 'file:///C:/a.ts' }, {}, 'C:/a.ts'],
    [
      'below a base',
      { uri: 'a.ts', uriBaseId: 'B' },
      { originalUriBaseIds: { B: { uri: 'src/', uriBaseId: 'R' }, R: { uri: 'file:///x/' } } },
      '/x/src/a.ts',
    ],
    [
      'below bases in a circle',
      { uri: 'a.ts', uriBaseId: 'B' },
      { originalUriBaseIds: { B: { uri: 'b', uriBaseId: 'B' } } },
      'b/b/b/b/b/b/a.ts',
    ],
    ['listed', { index: 0 }, { artifacts: [{ location: { uri: 'listed.ts' } }] }, 'listed.ts'],
    ['a web address', { uri: 'https://example.com/a.ts' }, {}, undefined],
    ['broken escapes', { uri: 'a%zz.ts' }, {}, 'a%zz.ts'],
  ])('is placed by a path that is %s', (_, artifactLocation, run, path) => {
    const locations = [{ physicalLocation: { artifactLocation, region: { startLine: 3 } } }];
    expect(sarif({ message, locations }, { run })?.findings[0]?.path).toBe(path);
  });

  it.each([
    [{ suppressions: [{ kind: 'inSource' }] }, 0, 1],
    [{ suppressions: [{ kind: 'external', status: 'underReview' }] }, 1, 0],
    [{ suppressions: [] }, 1, 0],
    [{ kind: 'pass' }, 0, 0],
    [{ kind: 'review' }, 1, 0],
    [{ baselineState: 'absent' }, 0, 0],
  ])('%j counts: %d shown, %d suppressed', (more, shown, suppressed) => {
    const reading = sarif({ message, ...more });
    expect([reading?.findings.length, reading?.suppressed]).toEqual([shown, suppressed]);
  });

  it('survives any values in any place', () => {
    for (const value of [null, 1, 'x', [], {}, [null], [[]], { text: 1 }])
      for (const key of [
        'message',
        'locations',
        'ruleId',
        'ruleIndex',
        'rule',
        'level',
        'taxa',
        'suppressions',
        'properties',
      ])
        expect(() => sarif({ [key]: value })).not.toThrow();
  });
});

describe('errors that a tool reports about itself', () => {
  it('are not checked: in SARIF', () => {
    const invocations = [
      {
        executionSuccessful: false,
        toolExecutionNotifications: [{ level: 'error', message: { text: 'cannot parse a.rb' } }],
      },
    ];
    expect(sarif({ message }, { run: { invocations } })?.unchecked).toEqual(['cannot parse a.rb']);
    expect(
      sarif({ message }, { run: { invocations: [{ executionSuccessful: false }] } })?.unchecked,
    ).toHaveLength(1);
  });

  it('are not checked: in JSON', () => {
    const bandit = {
      errors: [{ filename: 'a.py', reason: 'syntax error while parsing AST from file' }],
      results: [],
    };
    expect(readBandit(JSON.stringify(bandit))?.unchecked).toEqual([
      'a.py: syntax error while parsing AST from file',
    ]);
    const eslint = [
      {
        filePath: '/a.js',
        messages: [{ ruleId: null, fatal: true, severity: 2, message: 'Parsing error', line: 1 }],
      },
    ];
    expect(readEslint(JSON.stringify(eslint))).toMatchObject({
      findings: [],
      unchecked: ['/a.js: Parsing error'],
    });
  });
});

describe('a script that shellcheck cannot parse', () => {
  it('is one minor finding', () => {
    const tool = TOOLS.find(({ id }) => id === 'shellcheck');
    const comment = (code: number) => ({ file: 'a', line: 3, level: 'error', code, message: 'x' });
    const reading = tool?.read(JSON.stringify({ comments: [1036, 1072, 1073, 1065].map(comment) }));
    const { findings } = judgeReadings(
      { id: 'shellcheck', ...tool },
      reading ? [reading] : [],
      (path) => path,
    );
    expect(findings.map(show)).toEqual(['minor shellcheck/SC1072 a:3']);
  });
});

describe('the findings of a tool', () => {
  const tool = { id: 'semgrep' } as const;
  const found = {
    rule: 'r: x — y',
    severity: 'major',
    message: 'First part. Second [part]. Third',
    cwe: [79],
    path: 'a.ts',
    line: 2,
  } as const;
  const reading = { findings: [found], unchecked: [], suppressed: 0 };

  it('have a title of one sentence, and a rule that can be read from it', () => {
    const [finding] = judgeReadings(tool, [reading], (path) => path).findings;
    expect(finding?.title).toBe('semgrep/r-x-y: First part');
    expect(finding?.detail).toBe('Second [part]. Third. (CWE-79)');
    expect(ruleOfTitle(finding?.title ?? '')).toBe('semgrep/r-x-y');
  });

  it('are minor in tests, and left out in files that are not of the project', () => {
    expect(judgeReadings(tool, [reading], () => 'tests/a.test.ts').findings[0]?.severity).toBe('minor');
    const outside = judgeReadings(tool, [reading], () => undefined);
    expect(outside.findings).toEqual([]);
    expect(outside.notes[0]).toContain('1 finding in files that git ignores');
  });

  it('are not cut in silence', () => {
    const many = { ...reading, findings: Array.from({ length: 2003 }, (_, line) => ({ ...found, line })) };
    const result = judgeReadings(tool, [many], (path) => path);
    expect(result.findings).toHaveLength(2000);
    expect(result.unchecked).toEqual([
      'semgrep: 3 of its 2003 findings are not listed; run it alone to see them',
    ]);
  });
});

describe('the kind of a fault', () => {
  it.each([
    [{ rule: 'shell-injection', title: 't' }, 'command'],
    [{ rule: 'bandit/B602', title: 't' }, 'command'],
    [{ rule: 'semgrep/any.rule', title: 't', detail: 'words (CWE-78)' }, 'command'],
    [{ rule: 'secret-github', title: 't' }, 'secret'],
    [{ rule: 'gitleaks/github-pat', title: 't' }, 'secret'],
    [{ rule: 'trivy/CVE-2021-44906', title: 't' }, 'advisory CVE-2021-44906'],
    [{ rule: 'osv-scanner/CVE-2021-44906', title: 't' }, 'advisory CVE-2021-44906'],
    [{ rule: 'eslint/no-unused-vars', title: 't' }, undefined],
    [{ title: 'SQL injection (CWE-89)' }, undefined],
  ])('of %j is %s', (finding, kind) => {
    expect(kindOf(finding)).toBe(kind);
  });
});
