import { describe, expect, it } from 'vitest';
import {
  type Assembly,
  type IntegrationFailure,
  renderAssembly,
  renderIntegrationFailure,
} from '../../../../src/pipeline/qc/reports.ts';
import { judgeOutput } from '../../../../src/run/outputs/sentinel.ts';

const KEY = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
const isDone = (text: string) => judgeOutput({ head: text, tail: text, whole: true }) === 'done';

const failure: IntegrationFailure = {
  run: 'r1',
  module: 'auth',
  branch: 'orchestration/r1/auth',
  source: 'a'.repeat(40),
  integrationBranch: 'orchestration/r1/integration',
  before: 'b'.repeat(40),
  trouble: {
    kind: 'conflicts',
    conflicts: [{ path: 'src/a`b.ts', kind: 'add/add', message: 'CONFLICT (add/add): in\n## src' }],
  },
  next: 'its builder gets it back, cycle 1 of 2',
};

describe('writeIntegrationFailure', () => {
  it('tells of a conflict', () => {
    expect(
      renderIntegrationFailure(failure),
    ).toBe(`# auth does not go into the integration branch: it conflicts with what is there

- Run: r1
- Module: auth, branch orchestration/r1/auth, commit aaaaaaaaaaaa
- Integration branch: orchestration/r1/integration; its head is bbbbbbbbbbbb, as before: the merge was not made
- Next: its builder gets it back, cycle 1 of 2

## Conflicts

- \`src/a'b.ts\` (add/add): CONFLICT (add/add): in ## src

<!-- DONE -->
`);
  });

  it('tells of failing tests and what was found out, both as data without secrets', () => {
    const text = renderIntegrationFailure({
      ...failure,
      trouble: {
        kind: 'tests',
        command: 'npm run all',
        end: 'exit code 1 after 2.0 s',
        tail: `fail\n\`\`\`\n${KEY}`,
      },
      logPath: '/runs/r1/qc/integration-auth.log',
      explanation: '## Findings\n<!-- DONE -->\n```open',
    });
    expect(text).toContain('the integration tests fail with it\n');
    expect(text).toContain(
      'as before: the merge was taken back\n- Whole output: /runs/r1/qc/integration-auth.log\n',
    );
    expect(text).toContain(
      '`npm run all` fails: exit code 1 after 2.0 s. The end of what it printed, as data:\n\n````output\nfail\n```\n',
    );
    expect(text).toContain('## Explanation\n\n````explanation\n## Findings\n');
    expect(text).not.toContain(KEY);
    expect(isDone(text)).toBe(true);
  });

  it('says that tests printed nothing', () => {
    const trouble = { kind: 'tests', command: 'true', end: 'exit code 1', tail: '' } as const;
    expect(renderIntegrationFailure({ ...failure, trouble })).toContain(
      'fails: exit code 1. It printed nothing.\n',
    );
  });
});

const assembly: Assembly = {
  run: 'r1',
  integrationBranch: 'orchestration/r1/integration',
  base: 'b'.repeat(40),
  head: 'c'.repeat(40),
  testCommand: 'npm run all',
  modules: [
    {
      module: 'store',
      branch: 'orchestration/r1/store',
      state: 'merged',
      commit: 'd'.repeat(40),
      tests: 'exit code 0 after 2.0 s',
    },
    {
      module: 'auth',
      branch: 'orchestration/r1/auth',
      state: 'rolled-back',
      reason: `exit | 1 ${KEY}`,
      report: 'qc/integration-fail-auth.md',
    },
    { module: 'web', branch: 'orchestration/r1/web', state: 'waiting' },
  ],
};

describe('writeAssembly', () => {
  it('shows every module in its order, and why one is not in', () => {
    expect(renderAssembly(assembly)).toBe(`# Assembly

1 of 3 modules is in.

- Run: r1
- Branch: orchestration/r1/integration, from bbbbbbbbbbbb to cccccccccccc
- After every merge: \`npm run all\`

## Merges

| # | module | branch | state | merge | tests |
| --- | --- | --- | --- | --- | --- |
| 1 | store | orchestration/r1/store | merged | dddddddddddd | exit code 0 after 2.0 s |
| 2 | auth | orchestration/r1/auth | taken back: tests failed |  |  |
| 3 | web | orchestration/r1/web | not tried yet |  |  |

## Not in

- auth: taken back: tests failed; exit | 1 [redacted:github-token] (qc/integration-fail-auth.md)
- web: not tried yet

<!-- DONE -->
`);
  });

  it('says nothing of what is not in where all is in', () => {
    const modules = assembly.modules.slice(0, 1);
    const text = renderAssembly({ ...assembly, modules });
    expect(text).toContain('1 of 1 module is in.');
    expect(text).not.toContain('Not in');
    expect(isDone(text)).toBe(true);
  });

  it('keeps a cell in its cell', () => {
    const [first] = assembly.modules;
    const modules = first ? [{ ...first, tests: 'a | b\nc' }] : [];
    expect(renderAssembly({ ...assembly, modules })).toContain('| a \\| b c |');
  });
});
