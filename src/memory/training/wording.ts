import { plainText } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import { type Diagnostic, warn } from '../../system/result.ts';
import type { BootstrapVerdict, ReasonCount } from './gate.ts';
import type { PairConflict } from './judge-pairs.ts';
import type { FileFault, TrainingFile } from './lines.ts';
import type { RejectedPair } from './reasons.ts';
import type { Share } from './shares.ts';

const MAX_SHOWN_LINES = 8;

/** Formats the gate's verdict: the number of pairs that count, then the reasons of the rejected pairs, most frequent first. */
export function formatGateVerdict({ ok, counted, needed, rejected, reasons }: BootstrapVerdict): string[] {
  const head = `the gate is ${ok ? 'open' : 'closed'}: ${counted} of ${needed} required pairs are valid, ${rejected} rejected`;
  return [head, ...shorten(reasons.map(formatReasonCount))];
}

function formatReasonCount({ count, what, examples: [example] }: ReasonCount): string {
  const lines = `${String(count).padStart(5)} × ${what}`;
  return example
    ? `${lines}; first ${example.file}:${example.line} (${plainText(example.detail, 120)})`
    : lines;
}

/** Formats each contradiction: what differs, both pairs with their places, and what to do. */
export function formatPairConflicts(conflicts: readonly PairConflict[]): string[] {
  const lines = conflicts.map(({ pairs: [a, b], places, differs, superseded }) => {
    const end =
      superseded === null ? 'both are rejected: correct or remove one' : `${superseded} is outdated`;
    return `conflict in ${differs.join(', ')}: ${a} (${places[0]}) and ${b} (${places[1]}); ${end}`;
  });
  return shorten(lines);
}

/** Formats each taxonomy's count, share and target range. */
export function formatShares(shares: readonly Share[]): string[] {
  return shares.map(({ taxonomy, count, share, target: [from, to], standing }) => {
    const range = `${from * 100} to ${to * 100} %`;
    return `${taxonomy.padEnd(24)} ${String(count).padStart(5)}  ${percent(share).padStart(6)} %  ${standing} ${range}`;
  });
}

const percent = (share: number) => (share * 100).toFixed(1);

/** Formats each rejected line: its place, its id and the reasons. */
export function formatRejections(rejected: readonly RejectedPair[]): string[] {
  return shorten(
    rejected.map(({ file, line, pairId, reasons }) => {
      const why = reasons.map(({ code, detail }) => `${code} (${plainText(detail, 120)})`).join(', ');
      return `${file}:${line} ${pairId ?? '(no id)'}: ${why}`;
    }),
  );
}

function shorten(lines: readonly string[]): string[] {
  const more = lines.length - MAX_SHOWN_LINES;
  return more > 0 ? [...lines.slice(0, MAX_SHOWN_LINES), `… and ${more} more; --json lists all`] : [...lines];
}

const FAULTS: Readonly<Record<FileFault['code'], readonly [what: string, fix: string]>> = {
  'byte-order-mark': [
    'starts with a byte-order mark, which is ignored',
    'save the file as UTF-8 without one',
  ],
  'carriage-return': [
    'ends its lines with carriage returns, which are ignored',
    'save the file with line feeds only',
  ],
  torn: ['ends with an incomplete line', 'write the last line again'],
  'not-utf8': ['contains bytes that are not UTF-8', 'save the file as UTF-8'],
};

/** Returns one warning for each encoding fault of the training files. */
export function warnOfFaults(files: readonly TrainingFile[]): Diagnostic[] {
  return files
    .flatMap(({ faults }) => faults)
    .map(({ file, line, code }) => {
      const [what, fix] = FAULTS[code];
      return warn(`training-${code}`, `${file} ${what} (line ${line})`, { target: `${file}:${line}`, fix });
    });
}

export const formatLineCount = (count: number) => countOf(count, 'line');

/** Returns one warning for all taxonomies with a share outside their range, or none. It does not close the gate. */
export function warnOfShares(shares: readonly Share[]): Diagnostic[] {
  const outside = shares.filter(({ standing }) => standing !== 'within');
  if (outside.length === 0 || shares.every(({ count }) => count === 0)) return [];
  const list = outside.map(({ taxonomy, share, target: [from, to] }) => {
    return `${taxonomy} ${percent(share)} % (${from * 100} to ${to * 100})`;
  });
  return [
    warn('training-shares', `taxonomies with a share outside their range: ${list.join(', ')}`, {
      fix: 'write more pairs of the taxonomies that have too few',
    }),
  ];
}
