import { styleText } from 'node:util';
import { plainLines, plainText } from '../findings/plain-text.ts';
import type { Diagnostic, Failure } from '../system/result.ts';

/** What `--json` prints: exactly one document. */
export interface Envelope {
  ok: boolean;
  data?: unknown;
  diagnostics: Diagnostic[];
}

export function renderEnvelope(envelope: Envelope): string {
  const text = JSON.stringify(envelope, null, 2);
  // JSON leaves DEL and the C1 controls as they are, and a terminal obeys them.
  return `${text.replace(/[\u007f-\u009f]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`)}\n`;
}

const LABELS = { error: ['Error', 'red'], warning: ['Warning', 'yellow'], info: ['Note', 'cyan'] } as const;

/** `Error: …` and `Fix: …`, one line each. */
export function renderDiagnostic(diagnostic: Diagnostic, colour: boolean): string {
  const { severity, target } = diagnostic;
  // What was given wrong is quoted back: nothing in it may reach the terminal as a command.
  const message = plainLines(diagnostic.message);
  const fix = plainLines(diagnostic.fix ?? '');
  const [label, ink] = LABELS[severity];
  const isNamed = target === undefined || diagnostic.message.includes(target);
  const place = isNamed ? '' : ` (${plainText(target, 200)})`;
  const head = colour ? styleText(ink, `${label}:`, { validateStream: false }) : `${label}:`;
  return `${head} ${message}${place}\n${fix ? `Fix: ${fix}\n` : ''}`;
}

/** 2 for wrong input, 3 for the environment. */
export function exitCodeOf(failure: Failure): number {
  return failure.cause === 'input' ? 2 : 3;
}
