import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { describeSchemaIssue } from '../../../src/system/schema-issue.ts';

const reasons = (schema: z.ZodType, value: unknown) =>
  (schema.safeParse(value).error?.issues ?? []).map(describeSchemaIssue);

describe('an issue of a schema, in words', () => {
  it.each<[z.ZodType, unknown, string]>([
    [z.string(), 3, 'must be a text'],
    [z.number(), 'x', 'must be a number'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.boolean(), 'yes', 'must be true or false'],
    [z.array(z.string()), {}, 'must be a list […]'],
    [z.object({}), [], 'must be an object {…}'],
    [z.record(z.string(), z.string()), 'x', 'must be an object {…}'],
    [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
    [z.literal(1), 2, 'must be 1'],
    [z.string().min(2), 'a', 'must have at least 2 characters'],
    [z.string().max(2), 'abc', 'must have at most 2 characters'],
    [z.array(z.string()).min(1), [], 'must have at least 1 entry'],
    [z.number().min(1), 0, 'must be at least 1'],
    [z.number().positive(), 0, 'must be more than 0'],
    [z.number().max(9), 10, 'must be at most 9'],
    [z.number().lt(9), 9, 'must be less than 9'],
    [z.number().multipleOf(5), 7, 'must be a multiple of 5'],
    [z.strictObject({}), { b: 1 }, 'has keys that are not known: b'],
    [z.string().regex(/^a$/), 'b', 'does not have the required form'],
    [z.email(), 'b', 'must be a valid email'],
    [z.union([z.string(), z.number()]), true, 'does not have the required form'],
    [z.string({ error: 'name it' }), 3, 'name it'],
    [z.string().refine(() => false, 'is not right'), 'a', 'is not right'],
  ])('%#', (schema, value, expected) => {
    expect(reasons(schema, value)).toEqual([expected]);
  });
});
