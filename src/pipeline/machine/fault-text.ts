import type { Diagnostic } from '../../system/result.ts';

/** A diagnostic as an agent is told of it: where, what, and what to do. */
export function formatDiagnostic({ message, target, fix }: Diagnostic): string {
  const location = target !== undefined && !message.includes(target) ? `${target}: ` : '';
  return `${location}${message}${fix === undefined ? '' : ` (${fix})`}`;
}
