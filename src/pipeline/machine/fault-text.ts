import type { Diagnostic } from '../../system/result.ts';

/** Formats a diagnostic for an agent: location, message and fix. */
export function formatDiagnostic({ message, target, fix }: Diagnostic): string {
  const location = target !== undefined && !message.includes(target) ? `${target}: ` : '';
  return `${location}${message}${fix === undefined ? '' : ` (${fix})`}`;
}
