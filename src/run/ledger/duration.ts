import { accept, type Result, reject } from '../../system/result.ts';

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration as people write it: `30s`, `5m`, `2h`, `7d`. `target` is the option it was given to. */
export function parseDuration(text: string, target: string): Result<number> {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(digits) * (UNIT_MS[unit] ?? 0);
  if (ms > 0) return accept(ms);
  return reject({
    code: 'duration-wrong',
    message: `${target}: ${JSON.stringify(text.slice(0, 40))} is not a duration`,
    target,
    fix: 'write a whole number above 0 and s, m, h or d, e.g. 30s, 5m, 2h, 7d',
  });
}

/** A time for people, in the machine's zone, with the time until then: `03:20 (in 4h)`, on another day `2026-11-30 03:20 (in 9h)`. */
export function formatTime(at: number, now: number): string {
  const [then, today] = [at, now].map((ms) => {
    const date = new Date(ms);
    const two = (value: number) => String(value).padStart(2, '0');
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    return { day, clock: `${two(date.getHours())}:${two(date.getMinutes())}` };
  });
  const day = then?.day === today?.day ? '' : `${then?.day} `;
  return `${day}${then?.clock} (in ${formatDuration(at - now)})`;
}

/** A duration in its largest fitting unit, for people: `42s`, `5m`, `3h`, `12d`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

const MINUTE = 60_000;

/** `0:42`, `12:05`, `3 h 20 min`, `2 d 4 h`. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** About how long, for estimates: `under 1 min`, `about 5 min`, `about 3 h`. */
export function formatAbout(ms: number | null): string {
  if (ms === null) return '—';
  if (ms < MINUTE) return ms === 0 ? '0' : 'under 1 min';
  return ms < 90 * MINUTE
    ? `about ${Math.round(ms / MINUTE)} min`
    : `about ${Math.round(ms / (60 * MINUTE))} h`;
}
