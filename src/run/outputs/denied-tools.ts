import { plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';

/** A tool call of an agent that the client or a human did not permit. */
export interface DeniedCall {
  name: string;
  input: Readonly<Record<string, unknown>>;
}

/** Maximum number of denied tool calls in the ledger. */
const MAX_DENIED = 5;

/** Describes each denied tool call once, with the start of its command or path; the rest as a number. */
export function describeDeniedCalls(calls: readonly DeniedCall[]): string[] {
  const all = calls.map(({ name, input: { command, file_path } }) => {
    const what = command ?? file_path;
    return typeof what === 'string' ? `${name}: ${plainText(redact(what), 80)}` : name;
  });
  const different = [...new Set(all)];
  const more = different.length - MAX_DENIED;
  return more > 0 ? [...different.slice(0, MAX_DENIED), `and ${more} more`] : different;
}
