import { advanceFence, type Fence } from '../../findings/fences.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { findDuplicateKeys } from './find-duplicate-keys.ts';
import { type PlanInput, planSchema } from './plan.schema.ts';
import { describeDepth, describeDuplicate, describeIssue } from './plan-faults.ts';

/** Nested objects and lists that a plan may have: its format needs 6. */
const MAX_PLAN_DEPTH = 100;

/** Parses the text of a plan, also in a code fence or in a JSON string; each fault has its JSON path and a fix. */
export function readPlan(given: string): Result<PlanInput> {
  const objects = findObjects(withRealLineEnds(unquote(given.replace(/^\uFEFF/, ''))));
  const [text = '', other] = objects.map(withRealLineEnds);
  if (other !== undefined) return refuseSeveral(objects.length);
  const json = parseJson(text);
  if (!json.ok) return json;
  if (nestingDepth(text) > MAX_PLAN_DEPTH) return reject(describeDepth(MAX_PLAN_DEPTH));
  const faults = findDuplicateKeys(text).map(describeDuplicate);
  const parsed = planSchema.safeParse(json.value);
  if (parsed.success) return faults.length > 0 ? reject(...faults) : accept(parsed.data);
  return reject(...faults, ...parsed.error.issues.flatMap((issue) => describeIssue(issue, json.value)));
}

/** The text that a JSON string holds, if that is an object or a code fence; any other text is unchanged. */
function unquote(text: string): string {
  if (!text.trimStart().startsWith('"')) return text;
  try {
    const content = JSON.parse(text) as unknown;
    return typeof content === 'string' && /^\s*(?:\{|```|~~~)/.test(content) ? content : text;
  } catch {
    return text;
  }
}

/** The different contents of the code fences that hold a JSON object; a text without one, or that starts with `{`, is the only one. */
function findObjects(text: string): string[] {
  if (text.trimStart().startsWith('{')) return [text];
  const blocks: string[][] = [];
  let fence: Fence | undefined;
  for (const line of text.split(/\r?\n/)) {
    const next = advanceFence(fence, line);
    if (fence === undefined && next !== undefined) blocks.push([]);
    else if (next !== undefined) blocks.at(-1)?.push(line);
    fence = next;
  }
  const objects = blocks.map((lines) => lines.join('\n').trim()).filter((block) => block.startsWith('{'));
  return objects.length === 0 ? [text] : [...new Set(objects)];
}

function refuseSeveral(count: number): Result<never> {
  const message = `the text has ${count} code fences with different JSON objects, so which one is the plan is not clear`;
  return reject({ code: 'plan-not-json', message, target: '$', fix: 'leave one of them' });
}

/** Replaces line ends that a model wrote as a backslash and an n between the values, or after a code fence; inside of strings they stay. */
function withRealLineEnds(text: string): string {
  if (!/^\s*(?:\{|(?:`{3,}|~{3,})\w*)\s*(?:\\r)?\\n/.test(text)) return text;
  return text.replace(
    /("[^"\\]*(?:\\.[^"\\]*)*")|(?:\\r)?\\n/g,
    (_, string: string | undefined) => string ?? '\n',
  );
}

function nestingDepth(json: string): number {
  const brackets = json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '').match(/[{}[\]]/g) ?? [];
  let depth = 0;
  let deepest = 0;
  for (const bracket of brackets) {
    depth += bracket === '{' || bracket === '[' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function parseJson(text: string): Result<unknown> {
  try {
    return accept(JSON.parse(text) as unknown);
  } catch (error) {
    return reject({
      code: 'plan-not-json',
      message: `the plan is not JSON: ${placeOfFault(error, text)}`,
      target: '$',
      fix: 'write one JSON object {"version": 1, "domains": […]}; docs/plan-format.md has the format',
    });
  }
}

/** Position and reason of the error of `JSON.parse` for a text. */
export function placeOfFault(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  if (text.trim() === '') return 'it is empty';
  const reason = message.replace(/\s+/g, ' ').slice(0, 120);
  const position = positionOf(message, text);
  if (position === undefined) return reason;
  const before = text.slice(0, position).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: ${reason}`;
}

/** Number of characters that the parser shows before the unexpected one. */
const SHOWN_BEFORE = 10;

// Node reports a position or, for an unexpected token, only the text around it.
function positionOf(message: string, text: string): number | undefined {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  const around = /, \.\.\."(.*)"(?:\.\.\.)? is not valid JSON$/s.exec(message)?.[1];
  const at = around === undefined ? -1 : text.indexOf(around);
  return at < 0 || text.indexOf(around ?? '', at + 1) >= 0 ? undefined : at + SHOWN_BEFORE;
}
