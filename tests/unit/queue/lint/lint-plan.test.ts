import { describe, expect, it } from 'vitest';
import { lintPlan } from '../../../../src/queue/lint/lint-plan.ts';
import { overlaps } from '../../../../src/queue/lint/path-overlap.ts';
import type { TaskSpec } from '../../../../src/queue/model/types.ts';
import { phaseOf, taskOf } from '../../../harness/queue.ts';

const CONTEXT = { teams: new Set(['team-1']), resources: new Set(['deploy']), tasks: new Set(['i0.done']) };
const lint = (tasks: TaskSpec[], phases = [phaseOf('main'), phaseOf('later')]) =>
  lintPlan({ phases, tasks }, CONTEXT).map(({ code, target }) => `${code} ${target}`);

describe('lintPlan', () => {
  it('accepts dependencies on earlier phases, other ideas and the own coder', () => {
    const own = { team: 'team-1', coder: 'c1.1' };
    expect(
      lint([
        taskOf('a', { ...own, uses: ['deploy'] }),
        taskOf('b', { ...own, after: ['i1.a', 'i0.done'] }),
        taskOf('c', { phase: 'later', after: ['i1.a', 'i1.b'] }),
      ]),
    ).toEqual([]);
  });

  it.each<[string, TaskSpec[], string[]]>([
    ['another coder', [taskOf('a'), taskOf('b', { after: ['i1.a'] })], ['task-waits i1.b']],
    [
      'a later phase',
      [taskOf('a', { after: ['i1.b'] }), taskOf('b', { phase: 'later' })],
      ['task-later i1.a'],
    ],
    ['nothing', [taskOf('a', { after: ['i1.x'] })], ['task-after i1.a']],
    ['itself', [taskOf('a', { after: ['i1.a'] })], ['task-cycle i1.a']],
    ['an unknown team', [taskOf('a', { team: 'team-9' })], ['task-team i1.a']],
    ['an unknown phase', [taskOf('a', { phase: 'never' })], ['task-phase i1.a']],
    ['an unknown resource', [taskOf('a', { uses: ['gpu'] })], ['task-resource i1.a']],
    ['the same id', [taskOf('a'), taskOf('a')], ['task-twice i1.a']],
    [
      'the same files',
      [taskOf('a', { paths: ['src/api/**'] }), taskOf('b', { paths: ['src/api/users.ts'] })],
      ['task-paths i1.b'],
    ],
  ])('refuses a task with %s', (_, tasks, expected) => expect(lint(tasks)).toEqual(expected));

  it('names a cycle', () => {
    const ring = { team: 'team-1', coder: 'c' };
    const faults = lintPlan(
      {
        phases: [phaseOf('main')],
        tasks: [
          taskOf('a', { ...ring, after: ['i1.c'] }),
          taskOf('b', { ...ring, after: ['i1.a'] }),
          taskOf('c', { ...ring, after: ['i1.b'] }),
        ],
      },
      CONTEXT,
    );
    expect(faults.map(({ message }) => message)).toEqual([
      'i1.a: its dependencies are a cycle: i1.a → i1.c → i1.b → i1.a',
    ]);
  });

  it('checks a chain of 5,000 tasks', () => {
    const own = { team: 'team-1', coder: 'c' };
    const chain = Array.from({ length: 5_000 }, (_, n) =>
      taskOf(`t${n}`, { ...own, after: n === 0 ? [] : [`i1.t${n - 1}`] }),
    );
    expect(lint(chain)).toEqual([]);
  });

  it('refuses a team that is not one of the phase', () => {
    const phases = [phaseOf('main', { teams: ['team-1'] })];
    expect(lint([taskOf('a')], phases)).toEqual(['task-team i1.a']);
  });
});

describe('overlaps', () => {
  it.each([
    ['src/**', 'src/a.ts', true],
    ['src', 'src/a/b.ts', true],
    ['src/', 'src/a/b.ts', true],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/a.md', false],
    ['src/a/**', 'src/b/**', false],
    ['**/*.md', 'docs/x.md', true],
    ['**/*.md', 'docs/x.ts', false],
    ['src/a?.ts', 'src/ab.ts', true],
    ['src/*/index.ts', 'src/api/*.ts', true],
    ['./src/a.ts', 'src/a.ts', true],
    ['src/{a,b}.ts', 'src/a.ts', true],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(overlaps(a, b)).toBe(expected);
    expect(overlaps(b, a)).toBe(expected);
  });
});
