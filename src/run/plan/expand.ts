import { plainText } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { isName, letterOf, NAME_RULE } from '../ledger/names.ts';
import type { DomainInput, PlanInput, WorkerInput } from './plan.schema.ts';
import { MAX_WORKERS } from './plan.schema.ts';

/** One worker after `each` is expanded; `group` is the id that names all items of one `each`. */
export interface ExpandedWorker {
  id: string;
  group: string;
  domain: string;
  item: string | null;
  input: WorkerInput;
  /** JSON path in the plan. */
  path: string;
}

/** Returns the paths that match an `each` glob, relative to the project and sorted. */
export type GlobMatches = (pattern: string) => readonly string[];

type Problem = { code: string; message: string; target: string; fix: string };

/** Creates one worker for each item, assigns ids, and checks that they are unique. */
export function expandWorkers(plan: PlanInput, matches: GlobMatches): Result<ExpandedWorker[]> {
  const problems: Problem[] = [];
  const workers: ExpandedWorker[] = [];
  plan.domains.forEach((domain, d) => {
    let given = 0;
    domain.workers.forEach((input, w) => {
      const path = `$.domains[${d}].workers[${w}]`;
      const items = itemsOf(input, path, matches, problems);
      const group = input.id ?? `${letterOf(d)}${given + 1}`;
      for (const [index, item] of items.entries()) {
        given += 1;
        const own = item === null ? group : `${group}-${index + 1}`;
        workers.push({
          id: input.id ? own : `${letterOf(d)}${given}`,
          group,
          domain: domain.id,
          item,
          input,
          path,
        });
      }
    });
  });
  problems.push(...findDuplicates(plan, workers), ...findLong(workers), ...checkNumber(workers));
  return problems.length > 0 ? reject(...problems) : accept(workers);
}

function itemsOf(
  input: WorkerInput,
  path: string,
  matches: GlobMatches,
  problems: Problem[],
): (string | null)[] {
  if (input.each === undefined) {
    if (usesItem(input)) problems.push(itemWithoutEach(path));
    return [null];
  }
  const target = `${path}.each`;
  if (typeof input.each === 'string' && leavesProject(input.each)) {
    problems.push(eachOutside(input.each, target));
    return [];
  }
  const items = typeof input.each === 'string' ? matches(input.each) : input.each;
  const problem = eachProblem(input, items, target);
  if (!problem) return [...items];
  problems.push(problem);
  return [];
}

function eachProblem(input: WorkerInput, items: readonly string[], target: string): Problem | undefined {
  if (items.length === 0) {
    return {
      code: 'plan-each-empty',
      message: `${target}: "${String(input.each)}" matches nothing in the project`,
      target,
      fix: 'correct the glob (it is relative to the project), or give a list of items',
    };
  }
  if (items.length > MAX_WORKERS) {
    return {
      code: 'plan-each-too-many',
      message: `${target}: ${items.length} items; a plan has at most ${MAX_WORKERS} workers`,
      target,
      fix: 'use a narrower glob, or one worker for a folder of items',
    };
  }
  if (items.length > 1 && !usesItem(input)) {
    return {
      code: 'plan-each-unused',
      message: `${target}: neither task, scope nor run says {item}, so all ${items.length} workers would do the same`,
      target,
      fix: 'put {item} into the task, e.g. "Check {item} for …"',
    };
  }
  return undefined;
}

function usesItem({ task, scope, run }: WorkerInput): boolean {
  return [task, scope, run].some((text) => text?.includes('{item}'));
}

function itemWithoutEach(path: string): Problem {
  return {
    code: 'plan-item-without-each',
    message: `${path}: {item} needs an \`each\`, which is missing`,
    target: path,
    fix: 'add "each": a glob or a list, or name the thing itself',
  };
}

function leavesProject(pattern: string): boolean {
  return pattern.startsWith('/') || pattern.split(/[/{},]/).includes('..');
}

function eachOutside(pattern: string, target: string): Problem {
  return {
    code: 'plan-each-outside',
    message: `${target}: "${pattern}" leaves the project`,
    target,
    fix: 'write a glob relative to the project, without ".."',
  };
}

function findDuplicates(plan: PlanInput, workers: readonly ExpandedWorker[]): Problem[] {
  const domains = plan.domains.map(({ id }, d) => ({ id, path: `$.domains[${d}].id` }));
  return [
    ...repeated(domains).map((path) => duplicate(path, 'another domain has this id')),
    ...repeated(workers).map((path) => duplicate(`${path}.id`, 'another worker has this id')),
  ];
}

// An item's number can make the id of an `each` longer than a name may be.
function findLong(workers: readonly ExpandedWorker[]): Problem[] {
  const wrong = workers.filter(({ id }) => !isName(id));
  return [...new Set(wrong.map(({ path }) => `${path}.id`))].map((target) => ({
    code: 'plan-wrong-name',
    message: `${target}: with the number of an item behind it this is no name any more (${NAME_RULE})`,
    target,
    fix: 'use a shorter id: its items are called id-1, id-2 …',
  }));
}

function repeated(entries: readonly { id: string; path: string }[]): string[] {
  const seen = new Set<string>();
  return entries.flatMap(({ id, path }) => {
    if (seen.has(id)) return [path];
    seen.add(id);
    return [];
  });
}

function duplicate(target: string, why: string): Problem {
  return {
    code: 'plan-duplicate-id',
    message: `${target}: ${why}`,
    target,
    fix: 'give every domain and worker an id of its own',
  };
}

function checkNumber(workers: readonly ExpandedWorker[]): Problem[] {
  if (workers.length <= MAX_WORKERS) return [];
  return [
    {
      code: 'plan-too-many-workers',
      message: `the plan comes to ${workers.length} workers; at most ${MAX_WORKERS} are allowed`,
      target: '$.domains',
      fix: 'split it into several runs, or give each worker more to do',
    },
  ];
}

/** Replaces `{item}` by the item of an `each`. */
export function fillItem(text: string, item: string | null): string {
  return item === null ? text : text.replaceAll('{item}', () => item);
}

/** The distinct tasks of a domain, each on one line, with the source of `each` in place of `{item}`. */
export function listTasks({ workers }: DomainInput): string[] {
  return [...new Set(workers.map((worker) => plainText(fillItem(worker.task, describeItems(worker)))))];
}

function describeItems({ each }: WorkerInput): string | null {
  if (each === undefined || typeof each === 'string') return each ?? null;
  const [first = '', ...others] = each;
  return others.length === 0 ? first : `${first} (and ${countOf(others.length, 'other')})`;
}
