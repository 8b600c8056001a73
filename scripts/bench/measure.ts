import { spawnSync } from 'node:child_process';

/** One line of the table: what was measured, against what, and the bound that must hold. */
export interface Row {
  what: string;
  measured: string;
  bound: string;
  holds: boolean;
}

// A certificate bundle in the environment costs every start of Node 20 tens of milliseconds.
const { NODE_EXTRA_CA_CERTS: _, ...ENV } = process.env;

export interface Run {
  /** Milliseconds of wall time. */
  ms: number;
  code: number | null;
  stdout: string;
}

export function runOnce(
  file: string,
  args: readonly string[],
  more: { input?: string; env?: Record<string, string>; cwd?: string } = {},
): Run {
  const start = process.hrtime.bigint();
  const { status, stdout } = spawnSync(file, args, {
    input: more.input ?? '',
    env: { ...ENV, ...more.env },
    cwd: more.cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { ms: Number(process.hrtime.bigint() - start) / 1e6, code: status, stdout };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Runs two commands in turn, A B A B …, and answers the medians: the machine's drift falls on both. */
export function compare(
  a: () => number,
  b: () => number,
  rounds: number,
): { a: number; b: number; ratio: number } {
  a();
  b();
  const pairs = Array.from({ length: rounds }, () => ({ a: a(), b: b() }));
  return {
    a: median(pairs.map((pair) => pair.a)),
    b: median(pairs.map((pair) => pair.b)),
    ratio: median(pairs.map((pair) => pair.a / pair.b)),
  };
}

export function formatMs(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(1)} ms`;
}
