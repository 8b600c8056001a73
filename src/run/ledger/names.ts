/** Domain and agent ids become file names, branch names and command arguments: nothing else is let through. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const RUN_ID = /^\d{8}-\d{6}-[0-9a-f]{8}$/;

export const NAME_RULE =
  '1 to 64 of a-z 0-9 . _ - starting with a letter or digit, without "..", not ending in "." or ".lock"';

/** What git refuses in a branch name is refused here, long before a branch is made of it. */
export function isName(value: string): boolean {
  return NAME.test(value) && !value.includes('..') && !/(?:\.|\.lock)$/.test(value);
}

export function isRunId(value: string): boolean {
  return RUN_ID.test(value);
}

/** `YYYYMMDD-HHMMSS-` in UTC and 8 hex characters. */
export function formatRunId(now: Date, hex: string): string {
  const digits = now.toISOString().replace(/[-:T]/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${hex}`;
}

/** Something that was given as a name, in quotes and in ASCII alone: a look-alike or a control character shows what it is. */
export function quoteName(value: string): string {
  const shown = value.length > 48 ? `${value.slice(0, 48)}…` : value;
  return JSON.stringify(shown).replace(
    /[^ -~…]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The nearest name that is allowed, as a fix to show; empty where nothing is left. */
export function suggestName(value: string): string {
  return value
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64)
    .replace(/(?:[-.]|\.lock)+$/, '');
}

/** a, b … z, aa, ab …: the letter of a domain in the ids of its workers. */
export function letterOf(index: number): string {
  const head = Math.floor(index / 26);
  return (head > 0 ? letterOf(head - 1) : '') + String.fromCharCode(97 + (index % 26));
}
