import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSeverities } from '../../../src/findings/count-severities.ts';
import { countFindings, type Finding, SEVERITIES, type Severity } from '../../../src/findings/finding.ts';
import { hasFindingsSection, parseFindings } from '../../../src/findings/parse-findings.ts';
import { writeBullet } from '../../../src/findings/write-bullet.ts';
import { scaled } from '../../harness/scale.ts';

const parse = (...lines: string[]) => parseFindings(`## Findings\n${lines.join('\n')}\n`);
const titles = (text: string) => parseFindings(text).map((finding) => finding.title);

describe('a bullet in the canonical form', () => {
  it.each(SEVERITIES)('reads severity, title, place and detail: %s', (severity) => {
    expect(parse(`- [${severity}] Query from input — src/db.ts:12 — Bind it.`)).toEqual([
      { severity, title: 'Query from input', path: 'src/db.ts', line: 12, detail: 'Bind it.' },
    ]);
  });

  it.each([
    ['- [major] A title', { severity: 'major', title: 'A title' }],
    ['- [major] A title — src/a.ts', { severity: 'major', title: 'A title', path: 'src/a.ts' }],
    [
      '- [major] A title — src/a.ts — Why',
      { severity: 'major', title: 'A title', path: 'src/a.ts', detail: 'Why' },
    ],
    ['- [major] A title — Why', { severity: 'major', title: 'A title', detail: 'Why' }],
    ['- A title', { severity: 'minor', title: 'A title' }],
  ])('may leave something out: %s', (bullet, finding) => {
    expect(parse(bullet)).toEqual([finding]);
  });
});

describe('marks, dashes and decoration', () => {
  it.each([
    '- [major] Title — src/a.ts:3 — Why',
    '* [major] Title — src/a.ts:3 — Why',
    '+ [major] Title — src/a.ts:3 — Why',
    '• [major] Title — src/a.ts:3 — Why',
    '– [major] Title — src/a.ts:3 — Why',
    '— [major] Title — src/a.ts:3 — Why',
    '-[major] Title — src/a.ts:3 — Why',
    '[major] Title — src/a.ts:3 — Why',
    '**[major]** Title — src/a.ts:3 — Why',
    '1. [major] Title — src/a.ts:3 — Why',
    '12) [major] Title — src/a.ts:3 — Why',
    '   - [major] Title — src/a.ts:3 — Why',
    '\t- [major] Title — src/a.ts:3 — Why',
    '- [major] Title – src/a.ts:3 – Why',
    '- [major] Title - src/a.ts:3 - Why',
    '- [major] Title -- src/a.ts:3 -- Why',
    '- [major] Title — src/a.ts:3 - Why',
    '- [major] Title—src/a.ts:3—Why',
    '- [major] Title — src/a.ts:3: Why',
    '- [major] Title — src/a.ts:3, Why',
    '- [major] Title (src/a.ts:3) — Why',
    '- [major] src/a.ts:3 — Title — Why',
    '- [major] **Title** — `src/a.ts:3` — Why',
    '- [major] `Title` — **`src/a.ts:3`** — Why',
    '- **[major] Title — src/a.ts:3 — Why**',
    '- **[major] Title** — src/a.ts:3 — Why',
    '- [ ] [major] Title — src/a.ts:3 — Why',
    '- [x] [major] Title — src/a.ts:3 — Why',
    '-   [major]   Title   —   src/a.ts:3   —   Why  ',
    '- [major] \u001b[1mTitle\u001b[0m — src/a.ts:3\u200b — Why',
  ])('%s', (bullet) => {
    expect(parse(bullet)).toEqual([
      { severity: 'major', title: 'Title', path: 'src/a.ts', line: 3, detail: 'Why' },
    ]);
  });
});

describe('severity', () => {
  const WORDS: [word: string, severity: Severity][] = [
    ['critical', 'critical'],
    ['crit', 'critical'],
    ['blocker', 'critical'],
    ['fatal', 'critical'],
    ['P0', 'critical'],
    ['major', 'major'],
    ['high', 'major'],
    ['serious', 'major'],
    ['error', 'major'],
    ['P1', 'major'],
    ['minor', 'minor'],
    ['medium', 'minor'],
    ['moderate', 'minor'],
    ['low', 'minor'],
    ['info', 'minor'],
    ['warning', 'minor'],
    ['nit', 'minor'],
    ['unheard-of', 'minor'],
  ];

  it.each(WORDS)('[%s] is %s', (word, severity) => {
    for (const form of [word, word.toUpperCase(), ` ${word} `]) {
      expect(parse(`- [${form}] Title`)).toMatchObject([{ severity }]);
    }
  });

  it.each([
    '**[MAJOR]** Title',
    '**[MAJOR]**: Title',
    '[**Major**] Title',
    '`[major]` Title',
    '_[major]_ Title',
    '[major]: Title',
    '[major] — Title',
    '[major] : Title',
    '[major] — : Title',
    '(major) Title',
    '[major/security] Title',
    '[severity: major] Title',
    '[high severity] Title',
    '[major - security] Title',
    '[MAJOR!] Title',
    '[🔴 major] Title',
    '🔴 [major] Title',
    '⚠️ **Major** Title',
    'Major: Title',
    'MAJOR: Title',
    'major — Title',
    'Major - Title',
    '**Major**: Title',
    '**Major:** Title',
    '**Major** Title',
    '**Major** — Title',
    '__Major__: Title',
    '*High*: Title',
    '**High severity**: Title',
    'Severity: high — Title',
    '**Severity:** High — Title',
    'Title — major',
    'Title — **Severity: High**',
    'Title (major)',
    '**Title (High)**',
    'Title (severity: high)',
    'Title [MAJOR]',
  ])('%s is a major Title', (bullet) => {
    expect(parse(`- ${bullet}`)).toEqual([{ severity: 'major', title: 'Title' }]);
  });

  it.each([
    ['SEC-1: [major] Title', 'SEC-1: Title'],
    ['**SEC-1** [major] Title', 'SEC-1 Title'],
    ['[SEC-1] [major] Title — src/a.ts:3', '[SEC-1] Title'],
    ['[major] [security] Title', '[security] Title'],
  ])('%s keeps its number', (bullet, title) => {
    expect(parse(`- ${bullet}`)).toMatchObject([{ severity: 'major', title }]);
  });

  it.each([
    'High memory use under load',
    'Critical section is not guarded',
    'Low-level code',
    'Important: read this',
    'Error: is swallowed',
    'Major',
    '[major](https://example.org) is a link',
    '`levels[high]` is read twice',
    'levels[high] is read twice',
    'The badge says `[critical]` always',
    'Sort is (high) to low',
    '[category] Title',
  ])('%s is not rated', (bullet) => {
    expect(parse(`- ${bullet}`)).toMatchObject([{ severity: 'minor' }]);
  });

  it('uses the first of two ratings', () => {
    expect(parse('- [minor] [critical] Title — src/a.ts:1 — [critical]')).toMatchObject([
      { severity: 'minor', title: '[critical] Title' },
    ]);
    expect(parse('- Title — src/a.ts:1 — prints `[critical]`, [critical] and critical')).toMatchObject([
      { severity: 'minor' },
    ]);
  });
});

describe('places', () => {
  const FORMS: [form: string, path: string, line?: number][] = [
    ['src/a.ts:12', 'src/a.ts', 12],
    ['src/a.ts:12-20', 'src/a.ts', 12],
    ['src/a.ts:12–20', 'src/a.ts', 12],
    ['src/a.ts:12:5', 'src/a.ts', 12],
    ['src/a.ts:12:5-14:1', 'src/a.ts', 12],
    ['src/a.ts:L12', 'src/a.ts', 12],
    ['src/a.ts#L12', 'src/a.ts', 12],
    ['src/a.ts#L12-L20', 'src/a.ts', 12],
    ['src/a.ts#12', 'src/a.ts', 12],
    ['src/a.ts(12,5)', 'src/a.ts', 12],
    ['src/a.ts (line 12)', 'src/a.ts', 12],
    ['src/a.ts (lines 12-20)', 'src/a.ts', 12],
    ['src/a.ts, line 12', 'src/a.ts', 12],
    ['src/a.ts: line 12', 'src/a.ts', 12],
    ['src/a.ts line 12', 'src/a.ts', 12],
    ['src/a.ts at line 12', 'src/a.ts', 12],
    ['`src/a.ts` line 12', 'src/a.ts', 12],
    ['`src/a.ts`:12', 'src/a.ts', 12],
    ['"src/a.ts:12"', 'src/a.ts', 12],
    ['(src/a.ts:12)', 'src/a.ts', 12],
    ['<src/a.ts:12>', 'src/a.ts', 12],
    ['[src/a.ts:12](src/a.ts#L12)', 'src/a.ts', 12],
    ['at src/a.ts:12', 'src/a.ts', 12],
    ['in `src/a.ts:12`', 'src/a.ts', 12],
    ['File: src/a.ts:12', 'src/a.ts', 12],
    ['**Location:** src/a.ts:12', 'src/a.ts', 12],
    ['./src/a.ts:12', 'src/a.ts', 12],
    ['../other/a.ts:12', '../other/a.ts', 12],
    ['/srv/app/a.ts:12', '/srv/app/a.ts', 12],
    ['C:\\src\\a.ts:12', 'C:/src/a.ts', 12],
    ['C:/src/a.ts:12', 'C:/src/a.ts', 12],
    ['src\\lib\\a.ts:12', 'src/lib/a.ts', 12],
    ['.\\src\\a.ts:12', 'src/a.ts', 12],
    ['src//a.ts:12', 'src/a.ts', 12],
    ['a.ts:12', 'a.ts', 12],
    ['.env:12', '.env', 12],
    ['.github/workflows/ci.yml:12', '.github/workflows/ci.yml', 12],
    ['Dockerfile:12', 'Dockerfile', 12],
    ['bin/run:12', 'bin/run', 12],
    ['app/[id]/page.tsx:12', 'app/[id]/page.tsx', 12],
    ['app/(group)/page.tsx:12', 'app/(group)/page.tsx', 12],
    ['packages/@scope/a/index.ts:12', 'packages/@scope/a/index.ts', 12],
    ['`src/a file.ts:12`', 'src/a file.ts', 12],
    ['src/a.test.ts:12', 'src/a.test.ts', 12],
    ['src/zażółć.ts:12', 'src/zażółć.ts', 12],
    ['src/a.ts', 'src/a.ts'],
    ['`src/a.ts`', 'src/a.ts'],
    ['package.json', 'package.json'],
    ['Makefile', 'Makefile'],
    ['.gitignore', '.gitignore'],
    ['src/lib/', 'src/lib/'],
  ];

  it.each(FORMS)('%s', (form, path, line) => {
    const place = line === undefined ? { path } : { path, line };
    expect(parse(`- [major] Title — ${form} — Why`)).toEqual([
      { severity: 'major', title: 'Title', ...place, detail: 'Why' },
    ]);
    expect(parse(`- [major] Title — ${form}`)).toEqual([{ severity: 'major', title: 'Title', ...place }]);
  });

  it.each([
    'http://host:80',
    'http://host:80/a.ts:12',
    'https://example.org/src/a.ts#L12',
    'host.example.com:443',
    'localhost:3000',
    '10.0.0.1:80',
    'node:fs',
    'and/or',
    'req.body',
    ':12',
    'src/a.ts:0',
    'src/a.ts:12px',
    'ratio 3:4',
    'src/{a,b}.ts',
    '**/*.ts',
  ])('%s is none', (form) => {
    const [finding] = parse(`- [major] Title — ${form} — Why`);
    expect(finding).toEqual({
      severity: 'major',
      title: 'Title',
      detail: `${form} — Why`,
    });
  });

  it.each(['n/a', 'N/A', 'none', '-', 'general', '(none)', '`n/a`', ''])(
    '%j says that there is none',
    (form) => {
      expect(parse(`- [major] Title — ${form} — Why`)).toEqual([
        { severity: 'major', title: 'Title', detail: 'Why' },
      ]);
    },
  );

  it.each([
    ['src/a.ts:3, src/b.ts:4', '(also src/b.ts:4)'],
    ['src/a.ts:3 and src/b.ts:4', '(also src/b.ts:4)'],
    ['src/a.ts:3; src/b.ts:4, src/c.ts', '(also src/b.ts:4, src/c.ts)'],
    ['src/a.ts:3 and 30', '(also 30)'],
  ])('%s is the first of them, and the others are not lost', (form, also) => {
    expect(parse(`- Title — ${form} — Why`)).toEqual([
      { severity: 'minor', title: 'Title', path: 'src/a.ts', line: 3, detail: `Why ${also}` },
    ]);
  });

  it.each([
    ['in the title', '- [major] Unused import in `src/a.ts:3`'],
    ['in the detail', '- [major] Unused import — Seen in src/a.ts:3, twice'],
    ['at the end of a sentence', '- [major] Unused import — See src/a.ts:3.'],
    ['in a continuation', '- [major] Unused import\n  See src/a.ts:3 for one.'],
    ['with a label below', '- [major] Unused import\n  - File: src/a.ts:3'],
    ['with a bold label below', '- [major] Unused import\n  - **Location**: `src/a.ts`, line 3'],
  ])('is taken from elsewhere: %s', (_, bullet) => {
    expect(parse(bullet)).toMatchObject([{ severity: 'major', path: 'src/a.ts', line: 3 }]);
  });
});

describe('titles', () => {
  it.each([
    ['Title: with a colon — src/a.ts:3 — a: b', 'Title: with a colon', 'a: b'],
    ['pre-commit hook is well-known — src/a.ts:3 — x-y', 'pre-commit hook is well-known', 'x-y'],
    ['One — two - three — src/a.ts:3 — four — five', 'One — two - three', 'four — five'],
    [
      'Calls http://host:80 twice — src/a.ts:3 — see https://a.b/c:1',
      'Calls http://host:80 twice',
      'see https://a.b/c:1',
    ],
    ['`a - b` is -1 — src/a.ts:3 — `c — d`', 'a - b is -1', '`c — d`'],
    ['**Bold** and src/**/*.ts — src/a.ts:3 — `**/*.ts`', 'Bold and src/**/*.ts', '`**/*.ts`'],
    ['Dockerfile — src/a.ts:3 — Why', 'Dockerfile', 'Why'],
    ['src/b.ts:9 — src/a.ts:3 — Why', 'src/b.ts:9', 'Why'],
    ['SELECT * FROM a WHERE b = "c" — src/a.ts:3 — d', 'SELECT * FROM a WHERE b = "c"', 'd'],
    ['<script>alert(1)</script> — src/a.ts:3 — &lt;', '<script>alert(1)</script>', '&lt;'],
    ['a_b and __init__ — src/a.ts:3 — c_d', 'a_b and __init__', 'c_d'],
    ['日本語 — src/a.ts:3 — مرحبا', '日本語', 'مرحبا'],
    [':root is empty — src/a.ts:3 — ::after', ':root is empty', '::after'],
    ['-1 is returned — src/a.ts:3 — -2', '-1 is returned', '-2'],
    ['None is returned — src/a.ts:3 — d', 'None is returned', 'd'],
    ['None — src/a.ts:3 — is returned', 'None', 'is returned'],
  ])('%s', (words, title, detail) => {
    expect(parse(`- [major] ${words}`)).toEqual([
      { severity: 'major', title, path: 'src/a.ts', line: 3, detail },
    ]);
  });

  it('end at the strongest dash if the bullet has no place', () => {
    expect(parse('- A - b — c')).toMatchObject([{ title: 'A - b', detail: 'c' }]);
    expect(parse('- A - b - c')).toMatchObject([{ title: 'A', detail: 'b - c' }]);
    expect(parse('- A http://host:80 - b')).toMatchObject([{ title: 'A http://host:80', detail: 'b' }]);
  });

  it('may follow on the line after their rating', () => {
    expect(parse('- [major]', '  Title — src/a.ts:3', '  Why')).toEqual([
      { severity: 'major', title: 'Title', path: 'src/a.ts', line: 3, detail: 'Why' },
    ]);
  });
});

describe('nothing found', () => {
  it.each([
    'None.',
    '- None.',
    '- none',
    '- *None*',
    '- (none)',
    '- N/A',
    '- No findings.',
    '- No findings',
    '- **No issues found.**',
    '- No issues were found in this scope.',
    '- No problems detected in the reviewed files.',
    '- No critical issues.',
    '- No security vulnerabilities found',
    '- No further issues',
    '- [minor] None',
    '- [critical] No findings',
    '- No secrets found',
    '- No hardcoded credentials or API keys were found in `src/`.',
    '- [minor] No SQL injection vectors identified',
    '- **No memory leaks detected.**',
    '- No race conditions, deadlocks or infinite loops observed in the scheduler',
    '- None — the scope holds no code.',
    '- Nothing to report.',
    '- [critical|major|minor] title — path:line — detail',
    '- `[critical | major | minor] title — path:line — detail`',
    '-',
    '- ---',
    '- [major]',
    '- [major] — !',
    '',
  ])('%j', (line) => {
    expect(parse(line)).toEqual([]);
  });

  it.each([
    '- No rate limit on login',
    '- No issue tracker is linked',
    '- No tests for the parser',
    '- No rate limiting found',
    '- No error handling found in the parser',
    '- No secrets rotation found',
    '- No tokens expire',
    '- No passwords are hashed, as found in the dump',
    '- No credentials found — src/login.ts:3 — the request is sent without a login',
    '- None of the handlers checks the token',
    '- Nothing stops a retry',
    '- No issues, except that the lock is never freed',
  ])('%s is a finding', (line) => {
    expect(parse(line)).toHaveLength(1);
  });
});

describe('the section', () => {
  it.each([
    '## Findings',
    '# Findings',
    '### Findings',
    '###### Findings',
    '##Findings',
    '## Findings ##',
    '## FINDINGS:',
    '## findings',
    '## Findings (3)',
    '## Findings: 3',
    '## Findings — 3 in total',
    '## **Findings**',
    '## `Findings`',
    '## 🔍 Findings',
    '## 3. Findings',
    '## 2.1 Findings',
    '## Key findings',
    '## Finding',
    '  ## Findings  ',
    'Findings\n--------',
    'Findings\n========',
  ])('starts at %j', (heading) => {
    expect(titles(`# Report\n\n- not this\n\n${heading}\n\n- A title\n`)).toEqual(['A title']);
    expect(hasFindingsSection(`${heading}\n`)).toBe(true);
  });

  it.each([
    '## No findings',
    '## Findings of others are elsewhere',
    '## Notes on findings',
    'Findings',
    '#Findings',
    '    ## Findings',
    '> ## Findings',
    '####### Findings',
    '```\n## Findings',
  ])('does not start at %j', (heading) => {
    expect(titles(`${heading}\n\n- A title\n`)).toEqual([]);
    expect(hasFindingsSection(`${heading}\n`)).toBe(false);
  });

  it.each([
    ['the next of its level', '## Findings\n- a\n## Notes\n- no', ['a']],
    ['a higher one', '### Findings\n- a\n## Notes\n- no', ['a']],
    ['an underlined one', '## Findings\n- a\n\nNotes\n---\n- no', ['a']],
    [
      'not at a lower one',
      '## Findings\n- a\n### More\n- b\n#### Even more\n- c\n## Notes\n- no',
      ['a', 'b', 'c'],
    ],
    ['and starts again', '## Findings\n- a\n## Notes\n- no\n## Findings\n- b', ['a', 'b']],
    ['not at a rule', '## Findings\n- a\n\n---\n\n- b\n***\n- c\n- - -\n- d', ['a', 'b', 'c', 'd']],
    ['not at prose', '## Findings\n- a\n\nProse.\n\n- b', ['a', 'b']],
    ['not at a hash', '## Findings\n- a\n#1 is worse\n- b', ['a', 'b']],
  ])('ends: %s', (_, text, found) => {
    expect(titles(text)).toEqual(found);
  });

  it('may group bullets by severity; the rating of a bullet wins', () => {
    const text = '## Findings\n### Critical\n- a\n### 🟠 Major issues (2)\n- b\n- [minor] c\n### Other\n- d';
    expect(parseFindings(text).map(({ severity, title }) => `${severity} ${title}`)).toEqual([
      'critical a',
      'major b',
      'minor c',
      'minor d',
    ]);
  });

  it('may have one heading per finding', () => {
    const rated = '## Findings\n### [major] A — src/a.ts:3\nWords.\n\n- More\n### 2. Critical: B\nWords.';
    expect(parseFindings(rated)).toEqual([
      { severity: 'major', title: 'A', path: 'src/a.ts', line: 3, detail: 'Words. More' },
      { severity: 'critical', title: 'B', detail: 'Words.' },
    ]);
    const labelled =
      '## Findings\n### 1. A\n- **Severity**: High\n- **File**: `src/a.ts:3`\n- **Fix**: Do.\n### B\n- Path: b.ts\n- Words';
    expect(parseFindings(labelled)).toEqual([
      { severity: 'major', title: 'A', path: 'src/a.ts', line: 3, detail: 'Fix: Do.' },
      { severity: 'minor', title: 'B', path: 'b.ts', detail: 'Words' },
    ]);
  });

  it('does not read two findings under one heading as its labels', () => {
    expect(titles('## Findings\n### Input\n- File: src/a.ts:1 — one\n- File: src/b.ts:2 — two')).toHaveLength(
      2,
    );
  });
});

describe('lines', () => {
  it.each([
    ['continuation', '- [major] A — src/a.ts:3 — one\n  two\n  three\n- B', 'one two three'],
    ['lazy continuation', '- [major] A — src/a.ts:3 — one\ntwo\n- B', 'one two'],
    ['nested bullets', '- [major] A — src/a.ts:3 — one\n  - two\n    - three\n- B', 'one two three'],
    ['nested numbers', '1. [major] A — src/a.ts:3 — one\n   1. two\n   2. three\n2. B', 'one two three'],
    ['tabs', '- [major] A — src/a.ts:3 — one\n\t- two\n\n\tthree\n- B', 'one two three'],
    ['paragraphs', '- [major] A — src/a.ts:3 — one\n\n  two\n\n  three\n\n- B', 'one two three'],
    ['a quote', '- [major] A — src/a.ts:3 — one\n  > two\n  > three\n- B', 'one two three'],
    ['a rated word within', '- [major] A — src/a.ts:3 — one\n  - [critical] two\n- B', 'one [critical] two'],
    ['a detail below only', '- [major] A — src/a.ts:3 —\n  one\n- B', 'one'],
    [
      'code left out',
      '- [major] A — src/a.ts:3 — one\n  ```js\n  - no\n  ## no\n  ```\n  two\n- B',
      'one two',
    ],
    [
      'code in a bullet',
      '- [major] A — src/a.ts:3 — one\n  - ```js\n    - no\n    ```\n  - two\n- B',
      'one two',
    ],
    ['a table left out', '- [major] A — src/a.ts:3 — one\n  | a | b |\n  |---|---|\n- B', 'one'],
    ['a comment left out', '- [major] A — src/a.ts:3 — one\n<!-- no -->\n- B', 'one'],
  ])('join the detail: %s', (_, text, detail) => {
    const expected = [
      { severity: 'major', title: 'A', path: 'src/a.ts', line: 3, detail },
      { severity: 'minor', title: 'B' },
    ];
    expect(parse(text)).toEqual(expected);
    expect(parseFindings(`\ufeff## Findings\r\n\r\n${text.replaceAll('\n', '\r\n')}\r\n`)).toEqual(expected);
    expect(parseFindings(`## Findings\r${text.replaceAll('\n', '\r')}`)).toEqual(expected);
  });

  it.each([
    ['fences', '```\n- no\n```\n- yes'],
    ['fences of tildes', '~~~ md\n- no\n```\n- no\n~~~\n- yes'],
    ['longer fences', '````\n```\n- no\n```\n- no\n````\n- yes'],
    ['a fence in a bullet', '- ```\n  - no\n  ```\n- yes'],
    ['tables', '| Severity | Title |\n| --- | --- |\n| [major] | no |\n- yes'],
    ['comments', '<!-- - no -->\n- yes\n<!-- DONE -->'],
    ['quotes', '> - [critical] no\n\n- yes'],
    ['prose', 'Two things matter:\n\n- yes'],
    ['link definitions', '[info]: https://example.org\n\n- yes'],
    ['empty bullets', '-\n- \n- yes'],
  ])('that are none: %s', (_, text) => {
    expect(parse(text).map((finding) => finding.title)).toEqual(['yes']);
  });
});

/** Pieces that mean something to the parser, in any order. */
const PIECES = [
  ...[
    '## Findings\n',
    '\n',
    '\n\n',
    '\r\n',
    '- ',
    '  - ',
    '* ',
    '1. ',
    '### ',
    '\t',
    ' ',
    '  ',
    '> ',
    '\ufeff',
  ],
  ...['[major] ', '**[HIGH]** ', 'Critical: ', '(low)', 'Severity: high', '[', ']', '(', ')', '🔴', '[ ] '],
  ...[
    ' — ',
    ' - ',
    ' -- ',
    '—',
    ' –',
    'src/a.ts:12',
    'C:\\a.ts#L3',
    'File: b.ts',
    'n/a',
    'None',
    'lines 1-2',
  ],
  ...[
    '`',
    '```\n',
    '~~~\n',
    '**',
    '_',
    '|',
    '---\n',
    '<!-- ',
    ':',
    ',',
    '12',
    'title',
    'http://host:80',
    '…',
  ],
  ...['\u001b[31m', '\u001b]', '\u200b', '\u2028', '\ud800', '\0', '__proto__', 'constructor'],
];
const pieces = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 4 })), {
  maxLength: 40,
});
const hostileText = pieces.map((parts) => `## Findings\n- ${parts.join('')}`);

describe('any text', () => {
  it('never throws and returns valid findings', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.string({ unit: 'binary' })), (text) => {
        for (const finding of parseFindings(text)) {
          expect(SEVERITIES).toContain(finding.severity);
          expect(finding.title).toMatch(/[\p{L}\p{N}]/u);
          const { title, path = 'a', line = 1, detail = 'a' } = finding;
          for (const words of [title, path, detail]) {
            expect(words).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]|^ | $|^$/u);
          }
          expect(Number.isSafeInteger(line) && line > 0).toBe(true);
          expect(path).not.toMatch(/\\|`|:\/\//);
        }
      }),
      { numRuns: scaled(400, 2_000) },
    );
  });

  it('is counted as it is parsed', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(countSeverities(text)).toEqual(countFindings(parseFindings(text)));
      }),
      { numRuns: scaled(400, 2_000) },
    );
  });

  it('yields the same findings after writing and reading them', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const again = parse(...parseFindings(text).map(writeBullet));
        expect(parse(...again.map(writeBullet))).toEqual(again);
      }),
      { numRuns: scaled(400, 2_000), seed: 1 },
    );
  });
});

describe('a finding in the canonical form', () => {
  const word = fc.constantFrom(
    ...[
      'Unused',
      'import',
      'of',
      'None',
      'critical',
      '[low]',
      '(high)',
      'Major:',
      'http://host:80',
      'a:b',
      '3:4',
    ],
    ...[
      'pre-commit',
      '-1',
      'src/b.ts:9',
      'b.ts',
      'n/a',
      'Dockerfile',
      '"q"',
      "it's",
      '<b>',
      'x_y',
      '#12',
      '2.',
      '🔴',
    ],
    ...[
      '日本語',
      'e\u0301',
      '&amp;',
      'File:',
      'line',
      '12',
      'and',
      '{}',
      '$1',
      '=>',
      'C:\\x',
      '%',
      'severity:',
      '@a/b',
    ],
  );
  const words = fc.array(word, { minLength: 1, maxLength: 6 }).map((list) => list.join(' '));
  const name = fc.constantFrom(
    'a',
    'index.test',
    'Mixed_Case',
    'page-1',
    '@scope',
    '[id]',
    '(group)',
    '.hidden',
    'ż',
  );
  const path = fc
    .tuple(fc.array(name, { maxLength: 4 }), name, fc.constantFrom('ts', 'md', 'py', 'json', 'unheardof'))
    .map(([folders, file, extension]) => [...folders, `${file}.${extension}`].join('/'));
  const finding: fc.Arbitrary<Finding> = fc
    .record(
      {
        severity: fc.constantFrom(...SEVERITIES),
        title: words.map((title) => `Title ${title}`),
        path,
        line: fc.integer({ min: 1, max: 9_999_999 }),
        detail: fc.oneof(
          words,
          fc.tuple(words, words).map((parts) => parts.join(' — ')),
        ),
      },
      { requiredKeys: ['severity', 'title', 'path'] },
    )
    .map(({ ...said }) => said);

  it('parses back to itself', () => {
    fc.assert(
      fc.property(finding, (given) => {
        expect(parse(writeBullet(given))).toEqual([given]);
      }),
      { numRuns: scaled(400, 2_000) },
    );
  });

  it('parses back to itself among other findings, in order', () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 8 }), (given) => {
        expect(parse(...given.map(writeBullet))).toEqual(given);
      }),
    );
  });
});

/** Characters of the longer text. */
const WHOLE = scaled(100_000, 400_000);

describe('a long text', () => {
  const REPEATED = [
    ...[
      '-',
      '- ',
      '- a\n',
      '- a\n  - b\n',
      '  ',
      '\n',
      '\r',
      '\t- a\n',
      '>',
      '> - a\n',
      'a',
      'a ',
      '1.',
      '1. a\n',
    ],
    ...[
      '#',
      '# a\n',
      '## Findings\n',
      '### [major] a\n',
      '### a\n- File: a.ts\n',
      '`',
      '`` ',
      '```\n',
      '~',
      '~~~\n',
    ],
    ...[
      '*',
      '**',
      '_',
      '[',
      ']',
      '(',
      ')',
      '[major] ',
      '[major]',
      '(high) ',
      '[[major',
      '**[',
      'Major: ',
      '🔴',
      '\ufe0f',
    ],
    ...[
      ' — ',
      '—',
      ' - ',
      ' --',
      '– ',
      'a — ',
      '— a:1 ',
      ':1',
      ':',
      '#L',
      '.',
      'a.',
      'a/',
      '\\',
      './',
      'C:\\',
      '/',
    ],
    ...[
      'src/a.ts:1 ',
      'src/a.ts:1 — ',
      'src/a.ts:1, ',
      'a.ts:1 and ',
      'lines 1',
      ' line',
      '1,',
      '12–',
      'http://h:80 ',
    ],
    ...[
      '|',
      '| a ',
      '<!--',
      '<',
      '---\n',
      '===\n',
      'a\n---\n',
      'none ',
      'no issues ',
      'Severity: ',
      'File: ',
      ', ',
    ],
    ...[
      '\u001b',
      '\u001b[',
      '\u001b[3',
      '\u001b]',
      '\u001b]a\u0007',
      '\u009b',
      '\u200b',
      '\u2028',
      '\ud800',
      '\0',
      '\u00a0',
    ],
  ];
  const half = (unit: string, size: number) => unit.repeat(Math.ceil(size / 2 / unit.length));
  const build = (unit: string, size: number) =>
    `## Findings\n${half(unit, size)}\u2028\n\n- [major] ${half(unit, size)}\u2028`;

  // Of the processor, so that a busy machine does not count.
  const measure = (text: string) => {
    const start = process.cpuUsage();
    parseFindings(text);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };

  // Ten times as much takes ten times as long where time is linear, a hundred times where it is quadratic.
  it.each(REPEATED)('takes linear time for repeated %j', (unit) => {
    const tenth = build(unit, WHOLE / 10);
    const whole = build(unit, WHOLE);
    const ratio = () => measure(whole) / ((measure(tenth) + measure(tenth) + measure(tenth)) / 3);
    const ratios = [ratio()];
    while (Math.min(...ratios) > 35 && ratios.length < 4) ratios.push(ratio());
    expect(Math.min(...ratios)).toBeLessThan(40);
  });
});
