import { makeToken } from '../../run/ledger/human-proof.io.ts';
import type { HookInput } from './protocol.ts';

/** Creates the one-time token of a question about this call. */
export function askOf(
  { tool_use_id: toolUse, transcript_path: transcript, cwd }: HookInput,
  env: Readonly<Record<string, string | undefined>>,
): { token: string; tokenHash: string } {
  return makeToken({ toolUse, transcript }, { env, cwd });
}
