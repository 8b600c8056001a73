import { styleText } from 'node:util';
import type { Diagnostic, Failure } from '../result.ts';

/** What `--json` prints: exactly one document. */
export interface Envelope {
  ok: boolean;
  data?: unknown;
  diagnostics: Diagnostic[];
}

export function renderEnvelope(envelope: Envelope): string {
  return `${JSON.stringify(envelope, null, 2)}\n`;
}

const LABELS = { error: ['Error', 'red'], warning: ['Warning', 'yellow'], info: ['Note', 'cyan'] } as const;

/** `Error: …` and `Fix: …`, one line each. */
export function renderDiagnostic({ severity, message, target, fix }: Diagnostic, colour: boolean): string {
  const [label, ink] = LABELS[severity];
  const place = target !== undefined && !message.includes(target) ? ` (${target})` : '';
  const head = colour ? styleText(ink, `${label}:`, { validateStream: false }) : `${label}:`;
  return `${head} ${message}${place}\n${fix ? `Fix: ${fix}\n` : ''}`;
}

/** 2 for wrong input, 3 for the environment. */
export function exitCodeOf(failure: Failure): number {
  return failure.cause === 'input' ? 2 : 3;
}
