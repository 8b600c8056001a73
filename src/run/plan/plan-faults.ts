import type * as z from 'zod';
import { jsonPath, type Problem } from '../../system/result.ts';
import { describeKind, describeSchemaIssue } from '../../system/schema-issue.ts';
import { quoteName, suggestName } from '../ledger/names.ts';
import { MAX_DOMAIN_ID } from './plan.schema.ts';

type Issue = z.core.$ZodIssue;

// JSON.parse keeps the last of two equal keys without an error, so a worker or a task would be lost.
/** The fault of a key that an object of the plan has twice. */
export function describeDuplicate(path: readonly PropertyKey[]): Problem {
  const target = jsonPath(path);
  return {
    code: 'plan-duplicate-key',
    message: `${target} occurs more than once, and only the last would count`,
    target,
    fix: 'keep one of them; a second worker or domain is an object of its own',
  };
}

/** The fault of a plan that is nested too deeply. */
export function describeDepth(maxDepth: number): Problem {
  return {
    code: 'plan-too-deep',
    message: `the plan nests more than ${maxDepth} objects and lists, and a plan needs 6`,
    target: '$',
    fix: 'write domains and workers as docs/plan-format.md shows',
  };
}

/** The faults of one schema issue: what was expected, what was found, where, and what to do. */
export function describeIssue(issue: Issue, plan: unknown): Problem[] {
  const target = jsonPath(issue.path);
  const value = valueAt(plan, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, issue.path));
    case 'invalid_type':
      return [
        value === undefined ? missing(target, issue.expected) : wrongType(target, issue.expected, value),
      ];
    case 'invalid_value': {
      const allowed = issue.values.map(String).join(', ');
      const message =
        value === undefined
          ? `${target} is missing`
          : `${target} must be ${issue.values.length > 1 ? 'one of ' : ''}${allowed}, and is ${show(value)}`;
      return [{ code: 'plan-wrong-value', message, target, fix: `use one of: ${allowed}` }];
    }
    case 'invalid_union':
      return [wrongType(target, 'text or list of texts', value)];
    default:
      return [wrongValue(issue, target, value)];
  }
}

function missing(target: string, expected: string): Problem {
  const message = `${target} is missing`;
  return { code: 'plan-missing-key', message, target, fix: `add it: ${describeKind(expected)}` };
}

function wrongType(target: string, expected: string, value: unknown): Problem {
  const name = target === '$' ? 'the plan' : target;
  const kind = describeKind(expected);
  const message = `${name} must be ${kind}, and is ${show(value)}`;
  return { code: 'plan-wrong-type', message, target, fix: `make it ${kind}` };
}

/** Describes a value of the plan in a few words. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? `the text ${quoteName(value)}` : String(value);
}

function wrongValue(issue: Issue, target: string, value: unknown): Problem {
  const isId = /(\.id|\.after\[\d+\])$/.test(target) && typeof value === 'string';
  const isDomain = /^\$\.domains\[\d+\]\.id$/.test(target);
  const suggestion = isId ? suggestName(value).slice(0, isDomain ? MAX_DOMAIN_ID : undefined) : '';
  return {
    code: isId ? 'plan-wrong-name' : 'plan-wrong-value',
    message: `${target} ${faultOf(issue, value)}`,
    target,
    fix: suggestion ? `use "${suggestion}"` : 'correct it; docs/plan-format.md has the format',
  };
}

function faultOf(issue: Issue, value: unknown): string {
  if (issue.code === 'too_small')
    return typeof value === 'number' ? `must be at least ${issue.minimum}, and is ${value}` : 'is empty';
  if (issue.code === 'too_big')
    return typeof value === 'string'
      ? `has ${value.length} characters, and ${issue.maximum} are allowed`
      : `must be at most ${issue.maximum}, and is ${show(value)}`;
  return `${describeSchemaIssue(issue)}, and is ${show(value)}`;
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
    message: `${target} is not a key of a plan`,
    target,
    fix: near ? `write "${near}"` : `remove it; allowed here: ${known.join(', ')}`,
  };
}

export function isNear(known: string, given: string): boolean {
  if (given.startsWith(known) || known.startsWith(given)) return true;
  const shared = [...known].filter((letter) => given.includes(letter)).length;
  return Math.abs(known.length - given.length) <= 1 && shared >= known.length - 1;
}

export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}
