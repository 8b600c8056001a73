import type * as z from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  object: 'an object {…}',
  record: 'an object {…}',
  array: 'a list […]',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** A type of a schema in words: `a list […]`. */
export function describeKind(expected: string): string {
  return KINDS[expected] ?? `a ${expected}`;
}

/** How the library begins the messages that it makes itself; all others are sentences of a schema. */
const OWN_MESSAGE = /^(?:Invalid|Unrecognized|Too (?:big|small))\b/;

/**
 * What a schema demands of a value, in words that follow its name: `must be a number`. The one place that turns the issues of the schema library
 * into text for humans. A message that the schema itself gives is kept.
 */
export function describeSchemaIssue(issue: z.core.$ZodIssue): string {
  if (!OWN_MESSAGE.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${describeKind(issue.expected)}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must ${describeBound(issue.origin, 'at least', issue.minimum, issue.inclusive !== false)}`;
    case 'too_big':
      return `must ${describeBound(issue.origin, 'at most', issue.maximum, issue.inclusive !== false)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `has keys that are not known: ${issue.keys.join(', ')}`;
    case 'invalid_format':
      return issue.format === 'regex' ? 'does not have the required form' : `must be a valid ${issue.format}`;
    default:
      return 'does not have the required form';
  }
}

const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
  set: ['entry', 'entries'],
};

function describeBound(origin: string, side: string, bound: number | bigint, isInclusive: boolean): string {
  const units = UNITS[origin];
  if (units !== undefined) return `have ${side} ${bound} ${units[Number(bound) === 1 ? 0 : 1]}`;
  const strict = side === 'at least' ? 'more than' : 'less than';
  return `be ${isInclusive ? side : strict} ${bound}`;
}
