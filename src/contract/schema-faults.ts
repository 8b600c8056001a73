import type * as z from 'zod';
import { isNear, jsonPath, valueAt } from '../run/plan/plan-faults.ts';
import { placeOfFault } from '../run/plan/read-plan.ts';
import { accept, type Diagnostic, type Result, reject } from '../system/result.ts';

export type Problem = Omit<Diagnostic, 'severity'>;

/** A place in a JSON document of the contract: `modules.json $.modules[1].paths[0]`. */
export function placeIn(file: string, path: readonly PropertyKey[]): string {
  return `${file} ${jsonPath(path)}`;
}

/** A JSON document of the contract: its path, its schema, and its allowed keys. */
export interface DocumentForm<T> {
  file: string;
  schemaOf(value: unknown): z.ZodType<T>;
  keys: readonly string[];
}

/** Parses a JSON document of the contract. Every fault has the file, the JSON path and a fix. */
export function readDocument<T>({ file, schemaOf, keys }: DocumentForm<T>, text: string): Result<T> {
  const json = readJson(file, text);
  if (!json.ok) return json;
  const parsed = schemaOf(json.value).safeParse(json.value);
  if (parsed.success) return accept(parsed.data);
  const describe = issueWriter(file, keys, json.value);
  return reject(...parsed.error.issues.flatMap(describe));
}

/** Reads the valid parts of a JSON document with faults, by a tolerant schema; undefined if it is not an object. */
export function parseLeniently<T>(schema: z.ZodType<T>, text: string): T | undefined {
  const json = readJson('', text);
  return json.ok ? schema.safeParse(json.value).data : undefined;
}

function readJson(file: string, text: string): Result<unknown> {
  try {
    return accept(JSON.parse(text.replace(/^\uFEFF/, '')) as unknown);
  } catch (error) {
    return reject({
      code: 'contract-not-json',
      message: `${file} is not JSON: ${placeOfFault(error, text)}`,
      target: file,
      fix: 'write one JSON object without a code fence around it; docs/contracts.md has the format',
    });
  }
}

function issueWriter(file: string, keys: readonly string[], document: unknown) {
  return (issue: z.core.$ZodIssue): Problem[] => {
    const target = placeIn(file, issue.path);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey(placeIn(file, [...issue.path, key]), key, keys));
    if (issue.code === 'invalid_type' && valueAt(document, issue.path) === undefined) {
      const fix = `add it (${issue.expected})`;
      return [{ code: 'contract-missing-key', message: `${target} is missing`, target, fix }];
    }
    const message = `${target} ${reasonOf(issue)}`;
    return [{ code: 'contract-wrong-value', message, target, fix: fixOf(issue) }];
  };
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `must be ${issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

function fixOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `use one of: ${issue.values.map(String).join(', ')}`;
  return 'correct it; docs/contracts.md has the format';
}

function unknownKey(target: string, key: string, keys: readonly string[]): Problem {
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  const near = keys.find((known) => bare(key) !== '' && known !== key && isNear(bare(known), bare(key)));
  return {
    code: 'contract-unknown-key',
    message: `${target}: there is no such key`,
    target,
    fix: near ? `write "${near}", or remove it` : 'remove it; docs/contracts.md has the format',
  };
}
