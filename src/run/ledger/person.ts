import { createHash } from 'node:crypto';

/** Who calls a command that only a person may decide. */
export interface Speaker {
  /** Started by a model: inside a client's session. */
  isSession: boolean;
  /** Started by an agent of a run: no question that somebody else was asked is for it. */
  isAgent: boolean;
  /** A person can be asked here and now. */
  isTerminal: boolean;
  /** Hash of the one-time token that a person's yes has put into the call. */
  tokenHash?: string | undefined;
}

/** How a person said so: in a terminal of their own, or to the question that a session's hook put. */
export type Word = 'session' | 'shell';

/** What a ledger may hold of a one-time token: SHA-256, 64 hex characters. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether the token of a call was given out for exactly this; `asked` has what was shown by the hash of the token. */
export function isAnswered(
  asked: ReadonlyMap<string, string>,
  tokenHash: string | undefined,
  hash: string,
): boolean {
  return tokenHash !== undefined && asked.get(tokenHash) === hash;
}

/**
 * On whose word a decision about `hash` rests; undefined where nobody's is proved. A model runs as the same user as the person, so
 * that the right to call `sao` is nobody's word.
 */
export function wordOf(
  { isSession, isAgent, isTerminal, tokenHash }: Speaker,
  asked: ReadonlyMap<string, string>,
  hash: string,
): Word | undefined {
  if (isAgent) return undefined;
  if (isAnswered(asked, tokenHash, hash)) return 'session';
  return !isSession && isTerminal ? 'shell' : undefined;
}
