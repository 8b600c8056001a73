import { plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import { jsonPath } from '../../system/result.ts';
import { describeSchemaIssue } from '../../system/schema-issue.ts';
import type { TrainingLine } from './lines.ts';
import { type Pair, pairSchema } from './pair.schema.ts';
import type { Reason } from './reasons.ts';

export interface ParsedLine {
  line: TrainingLine;
  pair?: Pair;
  pairId: string | null;
  reasons: Reason[];
}

const SHOWN_FAULTS = 4;

/** Parses one line as a pair. Faults name the JSON path and never the text, which may contain a secret. */
export function parsePair(line: TrainingLine): ParsedLine {
  const refused = (detail: string): ParsedLine => {
    return { line, pairId: null, reasons: [{ code: 'not-json', detail }] };
  };
  if (line.fault === 'not-utf8') return refused('holds bytes that are no UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch {
    return refused(line.fault === 'torn' ? 'the file ends inside it' : whyNoJson(line.text));
  }
  const parsed = pairSchema.safeParse(value);
  if (parsed.success) {
    const pair = parsed.data;
    return { line, pair, pairId: pair.metadata.pair_id, reasons: [] };
  }
  const faults = parsed.error.issues.map(
    (issue) => `${jsonPath(issue.path)}: ${plainText(describeSchemaIssue(issue), 160)}`,
  );
  const detail = faults.slice(0, SHOWN_FAULTS).join('; ');
  return { line, pairId: idIn(value), reasons: [{ code: 'schema', detail }] };
}

function whyNoJson(text: string): string {
  if (/^\s*`{3}/.test(text)) return 'is a code fence';
  if (/^\s*[[{]\s*$|^\s*[\]}],?\s*$/.test(text)) return 'each pair must be on one line of its own';
  return text.trimStart().startsWith('{') ? 'its JSON is broken' : 'is no JSON';
}

function idIn(value: unknown): string | null {
  const metadata =
    typeof value === 'object' && value !== null ? (value as { metadata?: unknown }).metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null) return null;
  const { pair_id: id } = metadata as { pair_id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? redact(plainText(String(id), 120)) : null;
}
