import type { Model } from '../ledger/manifest.ts';
import { refusalLines } from './refusal-lines.ts';
import { BLIP, LONG_LIMIT, PERMANENT, SHORT_LIMIT, USAGE } from './refusal-wordings.ts';
import { readResetTime } from './reset-time.ts';

/**
 * Why the service refused an agent. `blip`: for seconds to minutes; `usage`: the account's limit is used up until a time; `permanent`: no
 * later attempt can succeed before a human changes something.
 */
export type RefusalKind = 'blip' | 'usage' | 'permanent';

export interface Refusal {
  kind: RefusalKind;
  /** When the refusal ends, in milliseconds since the epoch; undefined if the service does not say. */
  until?: number;
  /** The one model that is refused; undefined if all are. */
  model?: Model;
  /** The model of the agent, if the limit names another one: it is refused too, as its answer shows. */
  answering?: Model;
  /** The words that tell it. */
  text: string;
  /** For `permanent`: refusals with the same cause are alike. */
  cause?: string;
}

/** What a client reported of a failed request. */
export interface FailedRequest {
  /** The HTTP status, if known. */
  status?: number | undefined;
  text: string;
  /** The model of the agent. */
  model: Model | null;
  /** Milliseconds since the epoch. */
  now: number;
  /** The machine's time zone, such as `Europe/Berlin`. */
  zone: string;
}

/** The limit of one model, such as "Opus limit": others go on. */
const MODEL_LIMIT = /\b(haiku|sonnet|opus|fable)(?: \d+(?:\.\d+)?)? (?:[\w-]+ )?limit\b/i;

/** A busy service that states a longer time than this has a limit that is used up. */
const MAX_BLIP_MS = 5 * 60_000;

/** Statuses of a request that the service itself refused: its text needs no whole form. */
const REFUSING_STATUSES: readonly number[] = [401, 402, 403, 429, 529];

/**
 * Tells from a client's report whether the service refused a request, and for how long; undefined for any other failure. Agents' programs print
 * much that resembles a refusal, so only whole forms of known services count, and only near the end. Words about a limit that is *not* the
 * account's ("not your usage limit") make a blip. Pure.
 */
export function readRefusal(request: FailedRequest): Refusal | undefined {
  const { status, now, model } = request;
  const lines = refusalLines(request.text);
  const first = (patterns: readonly RegExp[]) =>
    lines.find((line) => patterns.some((pattern) => pattern.test(line)));
  const usage = lines.find((line) => isUsage(line));
  if (usage !== undefined) return usageOf(request, usage);
  for (const { cause, statuses, words } of PERMANENT) {
    const text = first(words);
    if (text !== undefined || statuses.includes(status ?? 0))
      return permanentOf(cause, request, text ?? request.text);
  }
  const text = REFUSING_STATUSES.includes(status ?? 0) ? request.text : first(BLIP);
  if (text === undefined) return undefined;
  const until = readStatedTime(request, text);
  if (until !== undefined && until - now > MAX_BLIP_MS) return usageOf(request, text);
  return { kind: 'blip', ...(until === undefined ? {} : { until }), ...ofModel(model), text };
}

function isUsage(line: string): boolean {
  if (/not your (?:usage|account)/i.test(line) || SHORT_LIMIT.test(line)) return false;
  return (LONG_LIMIT.test(line) ? [...USAGE, ...BLIP] : USAGE).some((pattern) => pattern.test(line));
}

function usageOf(request: FailedRequest, text: string): Refusal {
  const until = readStatedTime(request, text);
  const time = until === undefined ? {} : { until };
  return { kind: 'usage', ...time, ...limitedModels(text, request.model), text };
}

/** The model that a limit names, and the agent's own if it is another one; all if the agent's own is unknown. */
function limitedModels(text: string, own: Model | null): Pick<Refusal, 'model' | 'answering'> {
  const model = MODEL_LIMIT.exec(text)?.[1]?.toLowerCase() as Model | undefined;
  if (model === undefined || own === null) return {};
  return own === model ? { model } : { model, answering: own };
}

/** The time in the line, or on another line of a short report. */
function readStatedTime({ now, zone, text: whole }: FailedRequest, line: string): number | undefined {
  return readResetTime(line, now, zone) ?? readResetTime(refusalLines(whole).join('\n'), now, zone);
}

function permanentOf(cause: string, { model }: FailedRequest, text: string): Refusal {
  return { kind: 'permanent', cause, text, ...(cause === 'model not available' ? ofModel(model) : {}) };
}

function ofModel(model: Model | null): { model?: Model } {
  return model === null ? {} : { model };
}
