import type { Diagnostic } from '../../system/result.ts';

/** A diagnostic as an agent is told of it: where, what, and what to do. */
export function renderFault({ message, target, fix }: Diagnostic): string {
  const where = target !== undefined && !message.includes(target) ? `${target}: ` : '';
  return `${where}${message}${fix === undefined ? '' : ` (${fix})`}`;
}
