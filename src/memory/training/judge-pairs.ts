import { compareText } from '../../findings/compare-text.ts';
import { hasSecret } from '../../findings/redact.ts';
import { CHARACTERS } from '../../run/cost/context-cost.ts';
import type { Difference } from './claims.ts';
import { expiryOf, isFromFuture, lifetimeOf } from './expiry.ts';
import type { TrainingLine } from './lines.ts';
import { answerOf, type Pair, textsOf } from './pair.schema.ts';
import { type ParsedLine, parsePair } from './parse-pair.ts';
import type { Reason, ReasonCode, RejectedPair } from './reasons.ts';
import { findResemblance, type Resemblance } from './resemblance.ts';
import { nameFinder, nounsOf, type ProjectNames } from './subjects.ts';

/** Facts and limits for judging pairs. */
export interface Facts extends ProjectNames {
  /** Unresolved conflict files, each with the contract files that it concerns. */
  unresolvedConflicts: readonly { id: string; refs: readonly string[] }[];
  /** Milliseconds. */
  now: number;
  /** Minimum quality, 0 to 1. Default: 0.7. */
  minQuality?: number;
}

export const MIN_QUALITY = 0.7;
/** Estimates the tokens of an answer. */
const ANSWER_TOKENS = { min: 20, max: 800 };

/** Two pairs that cannot both be true. */
export interface PairConflict {
  pairs: [string, string];
  places: [string, string];
  differs: Difference[];
  /** The pair that a newer one replaces; null: both are rejected until a human removes one. */
  superseded: string | null;
}

export interface Judged {
  valid: Pair[];
  rejected: RejectedPair[];
  conflicts: PairConflict[];
}

interface Candidate {
  line: TrainingLine;
  pair: Pair;
}

/** Judges the lines of all training files together; every line is either valid or rejected with all its reasons. */
export function judgePairs(lines: readonly TrainingLine[], facts: Facts): Judged {
  const judge = pairJudge(facts);
  const parsed = refuseSecondIds(lines.map(parsePair));
  const rejected: RejectedPair[] = [];
  const candidates: Candidate[] = [];
  for (const { line, pair, pairId, reasons } of parsed) {
    const all = pair ? [...reasons, ...judge(pair)] : reasons;
    if (pair && all.length === 0) candidates.push({ line, pair });
    else rejected.push({ file: line.file, line: line.line, pairId, reasons: all });
  }
  const found = findResemblance(
    candidates.map(({ pair }) => pair),
    nounsOf(facts),
  );
  return { ...divide(candidates, found, rejected), conflicts: describeConflictsOfPairs(candidates, found) };
}

function refuseSecondIds(parsed: readonly ParsedLine[]): ParsedLine[] {
  const first = new Map<string, TrainingLine>();
  return parsed.map((entry) => {
    if (!entry.pair || entry.pairId === null) return entry;
    const known = first.get(entry.pairId);
    if (!known) first.set(entry.pairId, entry.line);
    return known ? { ...entry, reasons: [reason('duplicate-id', `first in ${placeOf(known)}`)] } : entry;
  });
}

/** The faults of a pair that do not depend on other pairs. */
function pairJudge(facts: Facts): (pair: Pair) => Reason[] {
  const { minQuality = MIN_QUALITY, now, unresolvedConflicts } = facts;
  const namesSomething = nameFinder(nounsOf(facts));
  return (pair) => {
    const { quality_score: quality } = pair.metadata;
    return [
      ...(quality < minQuality ? [reason('low-quality', `${quality}, needed: ${minQuality}`)] : []),
      ...(namesSomething(answerOf(pair))
        ? []
        : [reason('no-noun', 'needed: the project, a module, or a name from an interface')]),
      ...judgeLength(answerOf(pair)),
      ...(holdsSecret(pair) ? [reason('secret', 'in its messages or its metadata')] : []),
      ...judgeAge(pair, now),
      ...judgeSources(pair, unresolvedConflicts),
    ];
  };
}

function judgeLength(answer: string): Reason[] {
  const tokens = Math.round(answer.length / CHARACTERS);
  const { min, max } = ANSWER_TOKENS;
  if (tokens < min) return [reason('too-short', `about ${tokens} tokens, needed: ${min}`)];
  return tokens > max ? [reason('too-long', `about ${tokens} tokens, allowed: ${max}`)] : [];
}

/** Returns whether a text of a pair contains a secret, also one that invisible characters interrupt. */
export function holdsSecret(pair: Pair): boolean {
  return hasSecret(textsOf(pair).join('\n\n'));
}

function judgeAge({ metadata }: Pair, now: number): Reason[] {
  if (isFromFuture(metadata, now))
    return [reason('from-future', `source_timestamp ${metadata.source_timestamp}`)];
  const expiry = expiryOf(metadata);
  if (expiry > now) return [];
  const { kind, days } = lifetimeOf(metadata);
  return [
    reason('expired', `on ${new Date(expiry).toISOString().slice(0, 10)} (${kind}: at most ${days} days)`),
  ];
}

function judgeSources({ metadata }: Pair, conflicts: Facts['unresolvedConflicts']): Reason[] {
  if (conflicts.length === 0) return [];
  const sources = new Set(metadata.source_refs.map(bareRef));
  const open = conflicts.find(
    ({ id, refs }) => sources.has(bareRef(id)) || refs.some((ref) => sources.has(bareRef(ref))),
  );
  return open ? [reason('open-conflict', open.id)] : [];
}

/** A reference without its heading and without the path before its folder. */
function bareRef(ref: string): string {
  return ref
    .replace(/#.*$/s, '')
    .replace(/^\.\//, '')
    .replace(/^(?:.*\/)?\.orchestration\//, '')
    .replace(/^contracts\//, '');
}

function divide(
  candidates: readonly Candidate[],
  found: Resemblance,
  rejected: readonly RejectedPair[],
): Pick<Judged, 'valid' | 'rejected'> {
  const valid: Pair[] = [];
  const resembling: RejectedPair[] = [];
  for (const [index, { line, pair }] of candidates.entries()) {
    const why = whyNot(index, found, candidates);
    if (!why) valid.push(pair);
    else resembling.push({ file: line.file, line: line.line, pairId: pair.metadata.pair_id, reasons: [why] });
  }
  const inOrder = [...rejected, ...resembling].sort((a, b) => compareText(a.file, b.file) || a.line - b.line);
  return { valid, rejected: inOrder };
}

function whyNot(index: number, found: Resemblance, candidates: readonly Candidate[]): Reason | undefined {
  const causes: readonly [ReasonCode, ReadonlyMap<number, number>][] = [
    ['contradiction', found.contradictions],
    ['superseded', found.superseded],
    ['near-duplicate', found.duplicates],
    ['phrasings', found.phrasings],
  ];
  for (const [code, others] of causes) {
    const other = candidates[others.get(index) ?? -1];
    if (other) return reason(code, `${other.pair.metadata.pair_id} in ${placeOf(other.line)}`);
  }
  return undefined;
}

function describeConflictsOfPairs(
  candidates: readonly Candidate[],
  { clashes }: Resemblance,
): PairConflict[] {
  return clashes.flatMap(({ a, b, differs, superseded }) => {
    const [first, second] = [candidates[Math.min(a, b)], candidates[Math.max(a, b)]];
    if (!first || !second) return [];
    return {
      pairs: [first.pair.metadata.pair_id, second.pair.metadata.pair_id],
      places: [placeOf(first.line), placeOf(second.line)],
      differs,
      superseded: superseded === null ? null : (candidates[superseded]?.pair.metadata.pair_id ?? null),
    };
  });
}

function reason(code: ReasonCode, detail: string): Reason {
  return { code, detail };
}

export function placeOf({ file, line }: { file: string; line: number }): string {
  return `${file}:${line}`;
}
