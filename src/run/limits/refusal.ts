import type { Model } from '../ledger/manifest.ts';
import { refusalLines } from './refusal-lines.ts';
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

/** What a limit of an account is called. Other limits, such as of recursion or context, are no refusals. */
const LIMIT_NAME =
  "(?:(?:claude|ai|max|pro|team|your|the|org(?:anization)?(?:[’']s)?|account|plan|api|usage|session|daily|weekly|monthly|spend(?:ing)?|5-hour|five-hour|rate|request|token|(?:haiku|sonnet|opus|fable)(?: \\d+(?:\\.\\d+)?)?) ){1,6}";

/** Whole forms of services, each from the beginning of a line: a limit of an account or of its plan, used up, not busy. */
const USAGE = [
  new RegExp(`^${LIMIT_NAME}limit (?:has been |was )?(?:reached|exceeded|hit)\\b(?! for )`, 'i'),
  new RegExp(`^you(?:[’']ve| have) (?:hit|reached|exceeded) (?:${LIMIT_NAME})limit\\b`, 'i'),
  new RegExp(`^(?:you(?:[’']ve| have) )?(?:hit|reached) (?:${LIMIT_NAME})limit\\b.{0,80}\\breset`, 'i'),
  new RegExp(`^${LIMIT_NAME}limit\\b.{0,80}\\breset`, 'i'),
  /^you(?:[’']re| are) out of (?:extra )?usage\b/i,
  /^(?:you(?:[’']ve| have) )?(?:exhausted|exceeded) your (?:current |daily |weekly |monthly )?(?:quota|capacity)\b/i,
  /^(?:your )?quota\b.{0,60}\b(?:exceeded|exhausted|used up)\b/i,
];

/** Whole forms of a busy service. */
const BLIP = [
  /^rate.?limit(?:s|ed)?(?: (?:reached|exceeded|hit|error))?\b(?!\w)/i,
  /^too many requests\b/i,
  /^overloaded(?:_error)?\b/i,
  /^(?:the )?(?:server|service|model|engine|api) is (?:currently |temporarily )?(?:overloaded|limiting requests)\b/i,
  /^this request would exceed your (?:account|organization)[’']s rate limit\b/i,
  /^(?:request rejected \(|repeated |exceeded retry limit, last status: |unexpected status |HTTP(?:\/[\d.]+)?[\s:]{1,2}|status(?: code)?[\s:=]{1,2}|(?:error )?code[\s:=]{1,2})?(?:429|529)\b(?! \w+ (?:passed|failed|tests))/i,
  /"type"\s*:\s*"(?:rate_limit_error|overloaded_error)"/,
  /^(?:\w+: )?RESOURCE_EXHAUSTED\b/,
];

/** What a human has to change, with the whole forms by which each cause is known. The first that matches counts. */
const PERMANENT: readonly { cause: string; statuses: readonly number[]; words: readonly RegExp[] }[] = [
  {
    cause: 'no credit',
    statuses: [402],
    words: [
      /^(?:your )?credit balance (?:is )?too low\b/i,
      /^insufficient (?:credits?|funds|balance|quota)\b/i,
      /^insufficient_quota\b|"(?:code|type)"\s*:\s*"insufficient_quota"/,
    ],
  },
  {
    cause: 'not logged in',
    statuses: [401],
    words: [
      /^(?:401 )?invalid (?:x-)?api.?key(?:\s*[·.]|$)/i,
      /^incorrect api key provided\b/i,
      /^authentication_error\b|"type"\s*:\s*"authentication_error"/i,
      /^please run \/login\b/i,
      /^(?:not logged in|login expired|session expired)(?:\s*[·.]|$)/i,
      /^oauth token (?:has )?(?:been )?(?:expired|revoked)\b/i,
      /^401 (?:\{|unauthorized$)/i,
    ],
  },
  {
    cause: 'model not available',
    statuses: [],
    words: [
      /^there[’']s an issue with the selected model\b/i,
      /^(?:the )?model [`'"][^`'"]{1,80}[`'"] (?:does not exist|was not found|not found, try pulling)/i,
      /^(?:not_found_error|model_not_found)\b.{0,40}\bmodel\b|"type"\s*:\s*"not_found_error".{0,60}"model: /i,
    ],
  },
  {
    cause: 'no permission',
    statuses: [403],
    words: [
      /^permission_error\b|"type"\s*:\s*"permission_error"/i,
      /^(?:this|your) organization has been disabled\b/i,
      /^(?:your )?account (?:has been|is) (?:disabled|suspended)\b/i,
    ],
  },
];

/** The limit of one model, such as "Opus limit": others go on. */
const MODEL_LIMIT = /\b(haiku|sonnet|opus|fable)(?: \d+(?:\.\d+)?)? (?:[\w-]+ )?limit\b/i;

/** Statuses of a request that the service itself refused: its text needs no whole form. */
const REFUSING_STATUSES: readonly number[] = [401, 402, 403, 429, 529];

/**
 * Tells from a client's report whether the service refused a request, and for how long; undefined for any other failure. Agents' programs print
 * much that resembles a refusal, so only whole forms of known services count, and only near the end. Words about a limit that is *not* the
 * account's ("not your usage limit") make a blip. Pure.
 */
export function readRefusal(request: FailedRequest): Refusal | undefined {
  const { status, now, zone, model } = request;
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
  const isRefused = REFUSING_STATUSES.includes(status ?? 0);
  const until = status === 429 ? readResetTime(request.text, now, zone) : undefined;
  if (until !== undefined) return usageOf(request, request.text);
  const blip = isRefused ? request.text : first(BLIP);
  return blip === undefined ? undefined : { kind: 'blip', ...ofModel(model), text: blip };
}

function isUsage(line: string): boolean {
  return !/not your (?:usage|account)/i.test(line) && USAGE.some((pattern) => pattern.test(line));
}

function usageOf({ now, zone, text: whole }: FailedRequest, text: string): Refusal {
  // The time may be on another line of a short report.
  const until = readResetTime(text, now, zone) ?? readResetTime(refusalLines(whole).join('\n'), now, zone);
  const model = MODEL_LIMIT.exec(text)?.[1]?.toLowerCase() as Model | undefined;
  return { kind: 'usage', ...(until === undefined ? {} : { until }), ...ofModel(model ?? null), text };
}

function permanentOf(cause: string, { model }: FailedRequest, text: string): Refusal {
  return { kind: 'permanent', cause, text, ...(cause === 'model not available' ? ofModel(model) : {}) };
}

function ofModel(model: Model | null): { model?: Model } {
  return model === null ? {} : { model };
}
