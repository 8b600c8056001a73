import { join } from 'node:path';
import type { Manifest } from './manifest.ts';

/** Allowed characters of domain and agent ids, which become file names, branch names and command arguments. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const RUN_ID = /^\d{8}-\d{6}-[0-9a-f]{8}$/;

export const NAME_RULE =
  '1 to 64 of a-z 0-9 . _ - starting with a letter or digit, without "..", not ending in "." or ".lock"';

/** Refuses names that git does not allow as branch names. */
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

/** Quotes a given name and escapes all non-ASCII characters, so that look-alikes and control characters are visible. */
export function quoteName(value: string): string {
  const shown = value.length > 48 ? `${value.slice(0, 48)}…` : value;
  return JSON.stringify(shown).replace(
    /[^ -~…]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Suggests the nearest allowed name; empty if no allowed character is left. */
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

/** The folder of a run's worktrees. */
export function treesOf(dir: string, { trees }: Pick<Manifest, 'trees'>): string {
  return trees ?? join(dir, 'builds');
}
