import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hashToken } from '../../run/ledger/human-proof.ts';
import type { AskedCall } from '../../run/ledger/question.ts';
import type { HookInput } from './protocol.ts';

/** What the ledger keeps of a question: the token's hash and the call that the token is put into. */
export interface QuestionProof {
  token: string;
  call: AskedCall;
}

/** Creates the one-time token of a question to a human about this call and action, and what the ledger keeps of it. */
export function askOf(
  { tool_use_id: toolUse, transcript_path: transcript, session_id: session }: HookInput,
  action: string,
): {
  token: string;
  proof: QuestionProof;
} {
  const token = randomBytes(16).toString('hex');
  const isKept = transcript !== undefined && existsSync(transcript);
  const call = { toolUse: toolUse ?? '', session, action, ...(isKept ? { transcript } : {}) };
  return { token, proof: { token: hashToken(token), call } };
}
