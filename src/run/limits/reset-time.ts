/**
 * Reads the time at which a usage limit ends from the service's text, such as `resets 3:20am (Europe/Berlin)`, `resets Apr 23 at 4pm`,
 * `limit reached|1766502000` or `try again in 2 hours`. A time of day is the next one after `now` in the named zone, else in `zone`; a reset
 * time that has just passed (under 10 minutes ago) is kept, since clocks differ. Milliseconds since the epoch. Pure.
 */
export function readResetTime(text: string, now: number, zone: string): number | undefined {
  return readEpoch(text) ?? readDuration(text, now) ?? readIsoTime(text) ?? readClockTime(text, now, zone);
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A time of day that passed less than this ago is today's, not tomorrow's. */
const JUST_PASSED_MS = 10 * MINUTE_MS;

function readEpoch(text: string): number | undefined {
  const seconds = /\|\s*(1\d{9})\b/.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

const UNITS: Record<string, number> = { s: 1000, m: MINUTE_MS, h: 60 * MINUTE_MS, d: DAY_MS };
const SPAN = String.raw`\d{1,4}\s*(?:d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)\b`;
const DURATION = new RegExp(
  String.raw`(?:resets?|reset|try again|retry|available again)\s+(?:after|in)\s+((?:${SPAN}[\s,]*(?:and\s+)?){1,4})`,
  'i',
);

function readDuration(text: string, now: number): number | undefined {
  const spans = DURATION.exec(text)?.[1];
  if (spans === undefined) return undefined;
  const parts = [...spans.matchAll(/(\d+)\s*([dhms])/gi)];
  return parts.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit.toLowerCase()] ?? 0),
    now,
  );
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
const CLOCK = new RegExp(
  [
    String.raw`\breset(?:s|\s+at)?\s+(?:at\s+|on\s+)?`,
    String.raw`(?:(?<month>${MONTHS.join('|')})[a-z]*\.?\s+(?<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?<year>20\d\d))?(?:,|\s+at)?\s+)?`,
    String.raw`(?<hour>\d{1,2})(?::(?<minute>\d\d))?\s*(?<half>am|pm)?\b`,
    String.raw`(?:\s*\((?<zone>[A-Za-z_+\-/0-9]{3,40})\))?`,
  ].join(''),
  'i',
);

function readClockTime(text: string, now: number, zone: string): number | undefined {
  const found = CLOCK.exec(text)?.groups;
  if (found === undefined) return undefined;
  const hour = hourOf(Number(found.hour), found.half?.toLowerCase());
  const minute = Number(found.minute ?? 0);
  // A bare number is no time of day: "resets 3 counters".
  if (hour === undefined || minute > 59 || (found.half === undefined && found.minute === undefined))
    return undefined;
  const where = isZone(found.zone) ? found.zone : zone;
  if (found.month !== undefined) {
    const month = MONTHS.indexOf(found.month.toLowerCase());
    return dateAt({ year: found.year, month, day: Number(found.day), hour, minute }, now, where);
  }
  return nextTimeOfDay(hour, minute, now, where);
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 23 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

function nextTimeOfDay(hour: number, minute: number, now: number, zone: string): number | undefined {
  const days = [-1, 0, 1, 2].map((shift) => {
    const { year, month, day } = wallClock(now + shift * DAY_MS, zone);
    return instantOf({ year, month, day, hour, minute }, zone);
  });
  return days.find((at) => at > now - JUST_PASSED_MS);
}

interface WallClock {
  year: number;
  /** From 0. */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

function dateAt(
  date: Omit<WallClock, 'year'> & { year: string | undefined },
  now: number,
  zone: string,
): number | undefined {
  if (date.day < 1 || date.day > 31) return undefined;
  if (date.year !== undefined) return instantOf({ ...date, year: Number(date.year) }, zone);
  const { year } = wallClock(now, zone);
  // Over the turn of the year, the nearest year is meant.
  const candidates = [year - 1, year, year + 1].map((candidate) =>
    instantOf({ ...date, year: candidate }, zone),
  );
  return candidates.sort((a, b) => Math.abs(a - now) - Math.abs(b - now))[0];
}

function isZone(zone: string | undefined): zone is string {
  if (zone === undefined) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The wall clock of a zone at an instant. */
function wallClock(at: number, zone: string): WallClock {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: isZone(zone) ? zone : 'UTC',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at);
  const value = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value);
  return {
    year: value('year'),
    month: value('month') - 1,
    day: value('day'),
    hour: value('hour'),
    minute: value('minute'),
  };
}

/** The instant at which a zone's wall clock shows a time; twice, because the zone's offset depends on the instant. */
function instantOf({ year, month, day, hour, minute }: WallClock, zone: string): number {
  const asUtc = Date.UTC(year, month, day, hour, minute);
  const offsetAt = (at: number) => {
    const shown = wallClock(at, zone);
    const floor = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    return Date.UTC(shown.year, shown.month, shown.day, shown.hour, shown.minute) - floor;
  };
  const first = asUtc - offsetAt(asUtc);
  return asUtc - offsetAt(first);
}
