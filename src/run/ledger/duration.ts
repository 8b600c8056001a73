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
