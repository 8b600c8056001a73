export { formatAbout, formatSpan } from '../../../run/ledger/duration.ts';

import type { RunPhase } from '../../../run/ledger/phase.ts';

export const formatShare = (share: number | null): string =>
  share === null ? '—' : `${Math.round(share * 100)} %`;

/** `14:03:07` in the reader's zone. */
export function formatClock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((value) => String(value).padStart(2, '0'))
    .join(':');
}

/** `2026-11-30 14:03` in the reader's zone. */
export function formatDate(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `12,345` */
export const formatCount = (count: number): string =>
  String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** `$0.42`, `$0.0031`; `—` if unknown. */
export function formatDollars(usd: number | null): string {
  if (usd === null) return '—';
  return `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`;
}

/** `512 B`, `64 KiB`, `1.2 MiB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** The colour of a run's phase. */
export const PHASE_TONES: Readonly<Record<RunPhase, string>> = {
  planning: 'quiet',
  active: 'run',
  halted: 'bad',
  done: 'good',
};
