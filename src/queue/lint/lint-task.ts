import { plainText } from '../../findings/plain-text.ts';
import type { Problem } from '../../system/result.ts';
import { MAX_TASK_TITLE, type TaskSpec } from '../model/types.ts';
import { findSchedule } from './schedule-words.ts';
import { isHelpForTeam, isVague } from './vague-title.ts';

type MakeFault = (code: string, message: string, fix: string) => Problem;

/** The faults of one task that can be seen without its siblings. */
export function lintTask(task: TaskSpec): Problem[] {
  const fault: MakeFault = (code, message, fix) => ({
    code,
    message: `${task.id}: ${message}`,
    target: task.id,
    fix,
  });
  return [
    ...lintTitle(task, fault),
    ...lintMissing(task, fault),
    ...lintSchedule(task, fault),
    ...lintNames(task, fault),
  ];
}

function lintTitle(task: TaskSpec, fault: MakeFault): Problem[] {
  const title = plainText(task.title, 80);
  if (title === '' || task.title.length > MAX_TASK_TITLE || plainText(task.title) !== task.title.trim())
    return [
      fault(
        'task-title',
        `its title is empty, longer than ${MAX_TASK_TITLE} characters, or has hidden characters`,
        'write one line of plain text',
      ),
    ];
  if (isHelpForTeam(title))
    return [
      fault(
        'task-for-team',
        `"${title}" names a team or coder as its object: that is a dependency, no deliverable`,
        'name what is delivered, and put the dependency into `after`',
      ),
    ];
  if (!isVague(title)) return [];
  return [
    fault(
      'task-vague',
      `"${title}" names no result that one can check`,
      'say what is there at the end, e.g. "Create the D1 schema for user authentication"',
    ),
  ];
}

function lintMissing({ repo, branch, deliverables, test, criteria }: TaskSpec, fault: MakeFault): Problem[] {
  const faults: Problem[] = [];
  if (repo === '')
    faults.push(fault('task-no-repo', 'it names no repository', 'set `repo` of the task or of the plan'));
  if (branch === '')
    faults.push(fault('task-no-branch', 'it names no branch', 'set `branch` of the task or of the plan'));
  if (deliverables.length === 0)
    faults.push(fault('task-no-deliverable', 'it has no deliverable', 'list what it hands over'));
  if (test === '' && criteria.length === 0)
    faults.push(
      fault('task-no-proof', 'it has neither a test nor a criterion', 'add `test` (a command) or `criteria`'),
    );
  return faults;
}

function lintSchedule(task: TaskSpec, fault: MakeFault): Problem[] {
  const found = [task.title, ...task.deliverables, ...task.criteria].map(findSchedule).find(Boolean);
  return found === undefined
    ? []
    : [
        fault(
          'task-schedule',
          `"${plainText(found, 60)}" is a date or an estimate, and both are wrong by a factor of 10`,
          'use phases and `after` for the order, and `size` S, M or L for the effort',
        ),
      ];
}

/** A branch that git refuses, an environment variable with a value, or a path outside of the repository. */
function lintNames({ branch, env, paths, repo }: TaskSpec, fault: MakeFault): Problem[] {
  const faults: Problem[] = [];
  if (branch !== '' && !isBranch(branch))
    faults.push(
      fault('task-branch', 'its branch is not a name that git allows', 'use a-z, 0-9, ., _, - and /'),
    );
  if (/[\p{Cc}]/u.test(repo))
    faults.push(fault('task-repo', 'its repository has control characters', 'correct `repo`'));
  if (env.some((name) => !/^[A-Za-z_]\w{0,99}$/.test(name)))
    faults.push(
      fault(
        'task-env',
        '`env` holds something else than names of variables',
        'name the variables without values',
      ),
    );
  if (paths.some((path) => path.startsWith('/') || path.split('/').includes('..') || /[\p{Cc}]/u.test(path)))
    faults.push(fault('task-path', 'a path leaves the repository', 'use paths relative to the repository'));
  return faults;
}

const isBranch = (name: string): boolean =>
  name.length <= 200 &&
  name.split('/').every((part) => /^[A-Za-z0-9_][\w.-]*$/.test(part) && !/\.\.|\.lock$|\.$/.test(part));
