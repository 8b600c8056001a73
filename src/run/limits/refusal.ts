import type { Model } from '../ledger/manifest.ts';
import { readResetTime } from './reset-time.ts';

/**
 * Why the service refused an agent. `blip`: for seconds to minutes; `usage`: the account's limit is used up until a time; `permanent`: no
 * later attempt can succeed before a human changes something.
 */
export type RefusalKind = 'blip' | 'usage' | 'permanent';

export interface Refusal {
  kind: RefusalKind;
  /** For `usage`: when the limit ends, in milliseconds since the epoch; undefined if the service does not say. */
  until?: number;
  /** The one model that is refused; undefined if all are. */
  model?: Model;
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

/** A limit of an account or of its plan, in the words of the service: used up, not busy. */
const USAGE = [
  /\blimit reached\b/i,
  /\b(?:hit|reached|exceeded) (?:your|the) (?:[\w-]+ ){0,3}limit\b/i,
  /\b(?:usage|session|weekly|daily|monthly|spend(?:ing)?|5-hour|five-hour|[a-z]+) limit\b[^\n]{0,80}\breset/i,
  /\bout of (?:extra )?usage\b/i,
  /\bquota\b[^\n]{0,40}\b(?:exceeded|exhausted|used up)\b/i,
];

const BLIP = [
  /rate.?limit/i,
  /too many requests/i,
  /overloaded/i,
  /temporarily limiting/i,
  /\b(?:HTTP(?:\/[\d.]+)?|status(?: code)?|error|code)[\s:=(]{1,3}(?:429|529)\b/i,
  /\((?:429|529)\)/,
];

/** What a human has to change, with the words by which each cause is known. The first that matches counts. */
const PERMANENT: readonly { cause: string; statuses: readonly number[]; words: readonly RegExp[] }[] = [
  {
    cause: 'no credit',
    statuses: [402],
    words: [
      /credit balance is too low/i,
      /insufficient (?:credit|funds|balance|quota)/i,
      /billing.{0,20}(?:required|error)/i,
    ],
  },
  {
    cause: 'not logged in',
    statuses: [401],
    words: [
      /invalid (?:x-)?api.?key/i,
      /authentication.?error/i,
      /please run \/login/i,
      /not logged in/i,
      /oauth token (?:has )?(?:expired|revoked)/i,
    ],
  },
  {
    cause: 'model not available',
    statuses: [],
    words: [
      /issue with the selected model/i,
      /model[^\n]{0,60}(?:not (?:exist|found)|may not exist|unknown)/i,
      /not_found_error[^\n]{0,40}model/i,
    ],
  },
  {
    cause: 'no permission',
    statuses: [403],
    words: [
      /permission_error/i,
      /organization has been disabled/i,
      /account (?:has been|is) (?:disabled|suspended)/i,
    ],
  },
];

/** The limit of one model, such as "Opus limit": others go on. */
const MODEL_LIMIT = /\b(haiku|sonnet|opus|fable)(?: \d+(?:\.\d+)?)? (?:[\w-]+ )?limit\b/i;

/**
 * Tells from a client's report whether the service refused a request, and for how long; undefined for any other failure. Words about a limit
 * that is *not* the account's ("not your usage limit") make a blip. Pure.
 */
export function readRefusal(request: FailedRequest): Refusal | undefined {
  const { status, text, now, zone } = request;
  const permanent = PERMANENT.find(
    ({ statuses, words }) => statuses.includes(status ?? 0) || words.some((pattern) => pattern.test(text)),
  );
  if (isUsage(text)) return usageOf(request);
  if (permanent) return permanentOf(permanent.cause, request);
  const until = status === 429 ? readResetTime(text, now, zone) : undefined;
  if (until !== undefined) return usageOf(request);
  if (status === 429 || status === 529 || BLIP.some((pattern) => pattern.test(text)))
    return { kind: 'blip', ...ofModel(request.model) };
  return undefined;
}

function isUsage(text: string): boolean {
  return !/not your (?:usage|account)/i.test(text) && USAGE.some((pattern) => pattern.test(text));
}

function usageOf({ text, now, zone }: FailedRequest): Refusal {
  const until = readResetTime(text, now, zone);
  const model = MODEL_LIMIT.exec(text)?.[1]?.toLowerCase() as Model | undefined;
  return { kind: 'usage', ...(until === undefined ? {} : { until }), ...ofModel(model ?? null) };
}

function permanentOf(cause: string, { model }: FailedRequest): Refusal {
  return { kind: 'permanent', cause, ...(cause === 'model not available' ? ofModel(model) : {}) };
}

function ofModel(model: Model | null): { model?: Model } {
  return model === null ? {} : { model };
}
