import { describe, expect, it } from 'vitest';
import { decideImport } from '../../../../src/queue/intake/decide-import.ts';
import { readIssues } from '../../../../src/queue/intake/read-issues.ts';
import { renderComment } from '../../../../src/queue/intake/render-comment.ts';
import type { Idea } from '../../../../src/queue/state/state.ts';
import { unwrap } from '../../../../src/system/result.ts';
import { codeOf, MemoryQueue, taskOf } from '../../../harness/queue.ts';

const GITHUB = {
  number: 12,
  title: 'Sign in',
  body: 'With a passkey',
  url: 'https://github.com/o/r/issues/12',
};
const WANTED = { source: GITHUB.url, title: 'Sign in', body: 'With a passkey' };

describe('readIssues', () => {
  it.each([
    ['one of gh', GITHUB, [WANTED]],
    [
      'a list of gh, with one twice',
      [GITHUB, GITHUB, { ...GITHUB, url: `${GITHUB.url}3` }],
      [WANTED, { ...WANTED, source: `${GITHUB.url}3` }],
    ],
    [
      'GitLab',
      {
        id: 76,
        iid: 6,
        title: 'Sign in',
        description: 'x',
        web_url: 'https://gitlab.example/g/p/-/issues/6',
      },
      [{ source: 'https://gitlab.example/g/p/-/issues/6', title: 'Sign in', body: 'x' }],
    ],
    [
      'Linear, one',
      { data: { issue: { id: 'u', identifier: 'ENG-1', title: 'Sign in', description: null } } },
      [{ source: 'issue ENG-1', title: 'Sign in', body: '' }],
    ],
    [
      'Linear, many',
      {
        data: {
          issues: {
            nodes: [
              { identifier: 'ENG-1', title: 'A' },
              { identifier: 'ENG-2', title: 'B' },
            ],
          },
        },
      },
      [
        { source: 'issue ENG-1', title: 'A', body: '' },
        { source: 'issue ENG-2', title: 'B', body: '' },
      ],
    ],
    [
      'terminal sequences and invisible characters',
      { number: 1, title: 'A\u001b[31m\u200b\nB', body: 'x\u0007\ny', url: 'file:///etc/passwd' },
      [{ source: 'issue 1', title: 'A B', body: 'x\ny' }],
    ],
  ])('reads %s', (_, given, issues) => {
    expect(unwrap(readIssues(JSON.stringify(given)))).toEqual(issues);
  });

  it('cuts texts that are too long', () => {
    const [issue] = unwrap(
      readIssues(JSON.stringify({ ...GITHUB, title: 't'.repeat(1e6), body: 'b'.repeat(1e6) })),
    );
    expect([issue?.title.length, issue?.body.length]).toEqual([200, 20_000]);
  });

  it.each([
    ['{', 'it is not JSON'],
    ['3', 'it holds no issue'],
    ['[]', 'it holds no issue'],
    ['{"data":{"issues":{"nodes":[]}}}', 'it holds no issue'],
    ['[{"number":1,"title":"A"},{"number":2}]', 'issue 2 has no title, or nothing that identifies it'],
    ['{"title":"A"}', 'issue 1 has no title, or nothing that identifies it'],
  ])('refuses %s', (json, reason) => {
    const read = readIssues(json);
    expect(read.ok ? '' : read.diagnostics[0]?.message).toBe(`no issue can be imported: ${reason}`);
  });
});

describe('decideImport', () => {
  it('makes one idea of an issue, however often it is imported', () => {
    const queue = new MemoryQueue([]);
    const other = { ...WANTED, source: 'issue 2' };
    const act = (...issues: (typeof WANTED)[]) => unwrap(queue.act((view) => decideImport(view, issues)));
    expect(act(WANTED)).toEqual([{ idea: 'i2', source: WANTED.source, isNew: true }]);
    expect(act(WANTED, other)).toEqual([
      { idea: 'i2', source: WANTED.source, isNew: false },
      { idea: 'i3', source: 'issue 2', isNew: true },
    ]);
    expect(queue.state.ideas.get('i2')).toMatchObject({
      title: 'Sign in',
      state: 'draft',
      source: WANTED.source,
    });
    queue.caller = { ...queue.caller, role: 'executor' };
    expect(codeOf(queue.act((view) => decideImport(view, [WANTED])))).toBe('queue-forbidden');
  });
});

describe('renderComment', () => {
  it('names each task with its commit and test', () => {
    const queue = new MemoryQueue([taskOf('a', { test: 'npm test' }), taskOf('b')]);
    const { token } = queue.claim();
    const evidence = { commit: 'a'.repeat(40), text: '', testExit: 0 };
    queue.write({ type: 'completed', task: 'i1.a', token, evidence });
    expect(renderComment(queue.state, queue.state.ideas.get('i1') as Idea)).toBe(
      [
        'State: executing, 1 of 2 tasks done.',
        '',
        `- [x] Create the parser of format a — commit ${'a'.repeat(40)}, test passed: \`npm test\``,
        '- [ ] Create the parser of format b (ready)',
      ].join('\n'),
    );
  });
});
