import { dateAt, nextTimeOfDay, nextWeekday, readZone } from './wall-clock.ts';

/**
 * Reads the time at which a usage limit ends from the service's text, such as `resets 3:20am (Europe/Berlin)`, `resets Apr 23 at 4pm`,
 * `limit reached|1766502000` or `try again in 2 hours`. A day without a time begins at midnight. A time of day is the next one after `now` in the named zone, else in `zone`; a reset
 * time that has just passed (under 10 minutes ago; of a session limit, under 5 hours) is kept, since clocks differ and texts are late. Milliseconds since the epoch. Pure.
 */
export function readResetTime(text: string, now: number, zone: string): number | undefined {
  return (
    readEpoch(text) ??
    readDuration(text, now) ??
    readRetryAfter(text, now) ??
    readIsoTime(text) ??
    readDate(text, now, zone) ??
    readDay(text, now, zone)
  );
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Seconds or milliseconds after a bar. */
function readEpoch(text: string): number | undefined {
  const digits = /\|\s*(1\d{9}|1\d{12})\b/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  return Number(digits) * (digits.length === 10 ? 1000 : 1);
}

/** A session has five hours, so its limit lasts no longer. */
const SESSION_MS = 5 * 60 * MINUTE_MS;
const SESSION_LIMIT = /\b(?:session|(?:5|five)[- ]?h(?:ou)?r) (?:usage )?limit\b/i;

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: MINUTE_MS, h: 60 * MINUTE_MS, d: DAY_MS };
const SPAN = String.raw`\d{1,4}(?:\.\d{1,12})?\s*(?:days?|d|hours?|hrs?|h|minutes?|mins?|ms|m|seconds?|secs?|s)(?![a-z])`;
const DURATION = new RegExp(
  String.raw`(?:(?:resets?|try again|retry|available again)\s+(?:after|in)|wait(?:\s+for)?)\s+(?:about\s+|approximately\s+|~\s*)?((?:${SPAN}[\s,]*(?:and\s+)?){1,4})`,
  'i',
);

function readDuration(text: string, now: number): number | undefined {
  const spans = DURATION.exec(text)?.[1];
  if (spans === undefined) return undefined;
  const parts = [...spans.matchAll(/(\d+(?:\.\d+)?)\s*(ms\b|[dhms])/gi)];
  const ms = parts.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit.toLowerCase()] ?? 0),
    0,
  );
  return now + Math.round(ms);
}

/** The header of HTTP or the field of an answer, in seconds. */
function readRetryAfter(text: string, now: number): number | undefined {
  const seconds = /\bretry(?:[-_]after|delay)["']?\s*[:=]\s*["']?(\d{1,7})(?:\.\d+)?s?(?![\w:-])/i.exec(
    text,
  )?.[1];
  return seconds === undefined ? undefined : now + Number(seconds) * 1000;
}

function readIsoTime(text: string): number | undefined {
  const iso =
    /resets?\s+(?:at\s+|on\s+)?(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))/i.exec(
      text,
    )?.[1];
  const at = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(at) ? undefined : at;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTH = String.raw`(?:${MONTHS.join('|')})[a-z]*\.?`;
const ORDINAL = '(?:st|nd|rd|th)?';
const DAY = [
  String.raw`(?<iso>20\d\d-\d\d-\d\d)`,
  String.raw`(?<month>${MONTH})\s+(?<day>\d{1,2})${ORDINAL}(?:,?\s+(?<year>20\d\d))?`,
  String.raw`(?<dayFirst>\d{1,2})${ORDINAL}\s+(?<monthLast>${MONTH})(?:,?\s+(?<yearLast>20\d\d))?`,
  `(?<weekday>(?:${WEEKDAYS.join('|')})[a-z]*)`,
  '(?<near>today|tomorrow)',
].join('|');
const BEFORE_DATE = String.raw`\b(?:resets?|renews?|try again|retry|available again|regain access)[:\s]\s*(?:at\s+|on\s+)?`;
const DAY_ONLY = new RegExp(
  String.raw`${BEFORE_DATE}(?:${DAY})(?!\w)(?:\s*\((?<zone>[\w/+\-:]{1,40})\))?`,
  'i',
);
const DATE = new RegExp(
  [
    BEFORE_DATE,
    String.raw`(?:(?:${DAY})(?:T|,\s*|\s+)(?:at\s+)?)?`,
    String.raw`(?<hour>\d{1,2})(?::(?<minute>\d\d))?(?::\d\d(?:\.\d+)?)?\s*(?<half>[ap]\.?m\b\.?)?(?!\w{3})`,
    String.raw`\s*\(?(?<zone>(?:UTC|GMT)?[+-]\d\d?(?::?\d\d)?|[A-Za-z_]+(?:\/[A-Za-z_+\-0-9]+){1,2}|Z\b|[A-Z]{2,4}\b)?`,
  ].join(''),
  'i',
);

/** A time of day, which may be of a named day. */
function readDate(text: string, now: number, zone: string): number | undefined {
  const found = DATE.exec(text)?.groups;
  if (found === undefined) return undefined;
  const hour = hourOf(Number(found.hour), found.half?.replaceAll('.', '').toLowerCase());
  const minute = Number(found.minute ?? 0);
  // A bare number is no time of day: "resets 3 counters".
  if (hour === undefined || minute > 59 || (found.half === undefined && found.minute === undefined))
    return undefined;
  const at = instantOn(found, { hour, minute }, now, zone);
  return at !== undefined && SESSION_LIMIT.test(text) && !namesDay(found) ? boundSession(at, now) : at;
}

function namesDay({
  iso,
  month,
  monthLast,
  weekday,
  near,
}: Readonly<Record<string, string | undefined>>): boolean {
  return [iso, month, monthLast, weekday, near].some((part) => part !== undefined);
}

/** The end of a session limit by the next time of day that it names: that of today, if it passed within a session's time. */
function boundSession(at: number, now: number): number {
  if (at - now <= SESSION_MS) return at;
  const passed = at - DAY_MS;
  return now - passed <= SESSION_MS ? passed : now + SESSION_MS;
}

/** The begin of a named day; undefined if it has passed. */
function readDay(text: string, now: number, zone: string): number | undefined {
  const found = DAY_ONLY.exec(text)?.groups;
  const at = found && instantOn(found, { hour: 0, minute: 0 }, now, zone);
  return at !== undefined && at > now ? at : undefined;
}

/** A time on the day that the groups name; without one, its next occurrence. */
function instantOn(
  found: Readonly<Record<string, string | undefined>>,
  time: { hour: number; minute: number },
  now: number,
  zone: string,
): number | undefined {
  const where = readZone(found.zone) ?? zone;
  const { iso, month = found.monthLast, day = found.dayFirst, year = found.yearLast, weekday, near } = found;
  if (iso !== undefined) {
    const [isoYear, isoMonth, isoDay] = iso.split('-').map(Number);
    return dateAt({ ...time, year: isoYear, month: Number(isoMonth) - 1, day: Number(isoDay) }, now, where);
  }
  if (month !== undefined) {
    const numbers = { month: indexIn(MONTHS, month), day: Number(day) };
    return dateAt({ ...time, ...numbers, year: year === undefined ? undefined : Number(year) }, now, where);
  }
  if (weekday !== undefined) return nextWeekday(indexIn(WEEKDAYS, weekday), time, now, where);
  return nextTimeOfDay(time, now, where, near === 'tomorrow' ? 1 : undefined);
}

const indexIn = (names: readonly string[], name: string) => names.indexOf(name.slice(0, 3).toLowerCase());

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 23 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}
