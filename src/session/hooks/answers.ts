import { parseGateStage } from '../../pipeline/gate/gate.ts';
import { isRunId } from '../../run/ledger/names.ts';
import { HUMAN_GATES, type HumanGate } from '../../run/ledger/stages.ts';
import type { PlainCall } from './shell.ts';

/** A call that gives the answer of a human: at a gate, or to a contract conflict. */
export interface HumanCall {
  about: 'gate' | 'conflict';
  /** Undefined if the command is not a single plain call, so its action is unknown. */
  action: 'approve' | 'reject' | undefined;
  /** The gates that the call may concern. */
  stages: readonly HumanGate[];
  run: string | undefined;
  runsDir: string | undefined;
}

// Accept the words in any order: a variable may be set long before it is used.
const hasGate = (text: string) => /\bgate\b/.test(text) && /\b(?:approve|reject)\b/.test(text);
const hasConflict = (text: string) => /\bconflict\b/.test(text) && /\bresolve\b/.test(text);

/**
 * Finds such a call in a shell command, also in a chain or behind a variable, because these must not bypass the question. `plain` is
 * the parsed command if it is a single plain `sao` call.
 */
export function findHumanCall(command: string, plain: PlainCall | undefined): HumanCall | undefined {
  if (plain) return readPlain(plain);
  const about = hasGate(command) ? 'gate' : hasConflict(command) ? 'conflict' : undefined;
  if (about === undefined) return undefined;
  const named = HUMAN_GATES.filter((stage) => new RegExp(`\\b${stage}\\b`).test(command));
  const run = /\b\d{8}-\d{6}-[0-9a-f]{8}\b/.exec(command)?.[0];
  const stages = named.length > 0 ? named : HUMAN_GATES;
  return { about, action: undefined, stages, run, runsDir: undefined };
}

function readPlain({ words }: PlainCall): HumanCall | undefined {
  const { places, runsDir } = readPlaces(words);
  const [name, action, first, run] = places;
  if (name === 'conflict' && action === 'resolve')
    return { about: 'conflict', action: undefined, stages: [], run: places.find(isRunId), runsDir };
  if (name !== 'gate' || (action !== 'approve' && action !== 'reject')) return undefined;
  const stage = parseGateStage(first ?? '');
  return { about: 'gate', action, stages: stage ? [stage] : [], run, runsDir };
}

const WITH_VALUE = new Set(['--note', '--runs-dir', '--driver', '--budget', '--domain']);

/** Returns the words of a call that are not options, and the value of `--runs-dir`. */
export function readPlaces(words: readonly string[]): { places: string[]; runsDir: string | undefined } {
  const places: string[] = [];
  let runsDir: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [flag = '', inline] = word.split(/=([\s\S]*)/);
    if (!word.startsWith('-')) places.push(word);
    else if (flag === '--runs-dir') runsDir = inline ?? words[at + 1];
    if (WITH_VALUE.has(word)) at += 1;
  }
  return { places, runsDir };
}
