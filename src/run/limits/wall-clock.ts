const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A time of day that passed less than this ago is today's, not tomorrow's. */
const JUST_PASSED_MS = 10 * MINUTE_MS;

interface TimeOfDay {
  hour: number;
  minute: number;
}

interface WallClock extends TimeOfDay {
  year: number;
  /** From 0. */
  month: number;
  day: number;
}

/** Abbreviations of zones that services use. */
const ABBREVIATIONS: Record<string, string> = {
  UTC: 'UTC',
  GMT: 'UTC',
  Z: 'UTC',
  PT: 'America/Los_Angeles',
  PST: 'America/Los_Angeles',
  PDT: 'America/Los_Angeles',
  MT: 'America/Denver',
  CT: 'America/Chicago',
  ET: 'America/New_York',
  EST: 'America/New_York',
  EDT: 'America/New_York',
  CET: 'Europe/Berlin',
  CEST: 'Europe/Berlin',
  JST: 'Asia/Tokyo',
};

/** The zone of a name such as `Europe/Berlin`, `UTC`, `PT` or `UTC+2`; undefined if it is unknown. */
export function readZone(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const [, sign, hours] = /^(?:UTC|GMT)?([+-])(\d\d?)(?::?00)?$/i.exec(name) ?? [];
  // The zones of this form count to the west.
  if (hours !== undefined) return `Etc/GMT${sign === '+' ? '-' : '+'}${Number(hours)}`;
  return ABBREVIATIONS[name.toUpperCase()] ?? (isZone(name) ? name : undefined);
}

/** The next time of day after `now`; `days`: only of the day so many days after today. */
export function nextTimeOfDay(time: TimeOfDay, now: number, zone: string, days?: number): number | undefined {
  if (days !== undefined) return onDay(time, now + days * DAY_MS, zone);
  const candidates = [-1, 0, 1, 2].map((shift) => onDay(time, now + shift * DAY_MS, zone));
  return candidates.find((at) => at > now - JUST_PASSED_MS);
}

/** The next time of day on a weekday (0 is Sunday). */
export function nextWeekday(weekday: number, time: TimeOfDay, now: number, zone: string): number | undefined {
  const days = [-1, 0, 1, 2, 3, 4, 5, 6, 7].filter((shift) => {
    const { year, month, day } = wallClock(now + shift * DAY_MS, zone);
    return new Date(Date.UTC(year, month, day)).getUTCDay() === weekday;
  });
  return days.map((shift) => onDay(time, now + shift * DAY_MS, zone)).find((at) => at > now - JUST_PASSED_MS);
}

function onDay(time: TimeOfDay, moment: number, zone: string): number {
  const { year, month, day } = wallClock(moment, zone);
  return instantOf({ year, month, day, ...time }, zone);
}

/** The instant of a date; without a year, of the nearest one. */
export function dateAt(
  date: Omit<WallClock, 'year'> & { year: number | undefined },
  now: number,
  zone: string,
): number | undefined {
  if (date.day < 1 || date.day > 31 || date.month < 0 || date.month > 11) return undefined;
  if (date.year !== undefined) return instantOf({ ...date, year: date.year }, zone);
  const { year } = wallClock(now, zone);
  // Over the turn of the year, the nearest year is meant.
  const candidates = [year - 1, year, year + 1].map((candidate) =>
    instantOf({ ...date, year: candidate }, zone),
  );
  return candidates.sort((a, b) => Math.abs(a - now) - Math.abs(b - now))[0];
}

function isZone(zone: string): boolean {
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
