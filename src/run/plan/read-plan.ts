import { accept, type Result, reject } from '../../system/result.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { type PlanInput, planSchema } from './plan.schema.ts';
import { describeDuplicate, describeIssue } from './plan-faults.ts';

/** Parses the text of a plan; every fault is named by its JSON path, with a fix. */
export function readPlan(text: string): Result<PlanInput> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const twice = duplicateKeys(text).map(describeDuplicate);
  const parsed = planSchema.safeParse(json.value);
  if (parsed.success) return twice.length > 0 ? reject(...twice) : accept(parsed.data);
  return reject(...twice, ...parsed.error.issues.flatMap((issue) => describeIssue(issue, json.value)));
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

// Node reports a position or, for an unexpected token, only the text around it.
function positionOf(message: string, text: string): number | undefined {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  const around = /, \.\.\."(.*)"(?:\.\.\.)? is not valid JSON$/s.exec(message)?.[1];
  const at = around === undefined ? -1 : text.indexOf(around);
  return at < 0 || text.indexOf(around ?? '', at + 1) >= 0 ? undefined : at + SHOWN_BEFORE;
}
