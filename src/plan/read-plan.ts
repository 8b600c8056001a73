import type * as z from 'zod';
import { accept, type Diagnostic, type Result, reject } from '../result.ts';
import { suggestName } from '../run/names.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { type PlanInput, planSchema } from './plan.schema.ts';

type Problem = Omit<Diagnostic, 'severity'>;

/** Parses the text of a plan; every fault is named by its JSON path, with a fix. */
export function readPlan(text: string): Result<PlanInput> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const twice = duplicateKeys(text).map(describeDuplicate);
  const parsed = planSchema.safeParse(json.value);
  if (parsed.success) return twice.length > 0 ? reject(...twice) : accept(parsed.data);
  return reject(...twice, ...parsed.error.issues.flatMap((issue) => describeIssue(issue, json.value)));
}

// The parser would keep the last without a word: a worker that was meant to be two, or a task that nobody carries out.
function describeDuplicate(path: readonly PropertyKey[]): Problem {
  const target = jsonPath(path);
  return {
    code: 'plan-duplicate-key',
    message: `${target} is there more than once, and only the last would count`,
    target,
    fix: 'keep one of them; a second worker or domain is an object of its own',
  };
}

function parseJson(text: string): Result<unknown> {
  try {
    return accept(JSON.parse(text.replace(/^\uFEFF/, '')) as unknown);
  } catch (error) {
    return reject({
      code: 'plan-not-json',
      message: `the plan is not JSON: ${placeOfFault(error, text)}`,
      target: '$',
      fix: 'write one JSON object {"version": 1, "domains": […]} without a code fence around it; docs/plan-format.md has the format',
    });
  }
}

/** Where, and why, `JSON.parse` gave up on a text. */
export function placeOfFault(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  if (text.trim() === '') return 'it is empty';
  const reason = message.replace(/\s+/g, ' ').slice(0, 120);
  const position = positionOf(message, text);
  if (position === undefined) return reason;
  const before = text.slice(0, position).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: ${reason}`;
}

/** Characters that the parser shows before the one that it did not expect. */
const SHOWN_BEFORE = 10;

// Node tells a position or, for a token that it did not expect, only what stands around it.
function positionOf(message: string, text: string): number | undefined {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  const around = /, \.\.\."(.*)"(?:\.\.\.)? is not valid JSON$/s.exec(message)?.[1];
  const at = around === undefined ? -1 : text.indexOf(around);
  return at < 0 || text.indexOf(around ?? '', at + 1) >= 0 ? undefined : at + SHOWN_BEFORE;
}

/** `$.domains[0].workers[2].model` */
export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    '$',
  );
}

function describeIssue(issue: z.core.$ZodIssue, plan: unknown): Problem[] {
  const target = jsonPath(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, issue.path));
    case 'invalid_type':
      return [
        valueAt(plan, issue.path) === undefined
          ? {
              code: 'plan-missing-key',
              message: `${target} is missing`,
              target,
              fix: `add it (${issue.expected})`,
            }
          : {
              code: 'plan-wrong-type',
              message: `${target} must be ${issue.expected}`,
              target,
              fix: `make it ${issue.expected}`,
            },
      ];
    case 'invalid_value':
      return [
        {
          code: 'plan-wrong-value',
          message: `${target} must be ${issue.values.map(String).join(', ')}`,
          target,
          fix: `use one of: ${issue.values.map(String).join(', ')}`,
        },
      ];
    default:
      return [wrongValue(issue, target, valueAt(plan, issue.path))];
  }
}

function wrongValue(issue: z.core.$ZodIssue, target: string, value: unknown): Problem {
  const isId = /(\.id|\.after\[\d+\])$/.test(target) && typeof value === 'string';
  const suggestion = isId ? suggestName(value) : '';
  return {
    code: isId ? 'plan-wrong-name' : 'plan-wrong-value',
    message: `${target}: ${issue.message}`,
    target,
    fix: suggestion ? `use "${suggestion}"` : 'correct it; docs/plan-format.md has the format',
  };
}

const KEYS: Record<string, readonly string[]> = {
  plan: ['version', 'task', 'domains'],
  domain: ['id', 'name', 'workers'],
  worker: ['id', 'name', 'task', 'scope', 'each', 'run', 'model', 'tools', 'timeout', 'after'],
};

function unknownKey(key: string, path: readonly PropertyKey[]): Problem {
  const known = KEYS[path.length === 0 ? 'plan' : path.length === 2 ? 'domain' : 'worker'] ?? [];
  const near = known.find((candidate) => isNear(candidate, key.toLowerCase()));
  const target = jsonPath([...path, key]);
  return {
    code: 'plan-unknown-key',
    message: `${target}: there is no such key`,
    target,
    fix: near ? `write "${near}"` : `remove it; allowed here: ${known.join(', ')}`,
  };
}

/** Whether a key is most likely a slip of a known one. */
export function isNear(known: string, given: string): boolean {
  if (given.startsWith(known) || known.startsWith(given)) return true;
  const shared = [...known].filter((letter) => given.includes(letter)).length;
  return Math.abs(known.length - given.length) <= 1 && shared >= known.length - 1;
}

/** What stands at a path; undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}
