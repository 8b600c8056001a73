import { createHash } from 'node:crypto';

/** The origin of a call that only a human may make. */
export interface CallOrigin {
  /** Started by a model: inside a client's session. */
  isSession: boolean;
  /** Started by an agent of a run: a token of another question does not count. */
  isAgent: boolean;
  /** Standard input is a terminal, so a human can be asked. */
  isTerminal: boolean;
  /** Hash of the one-time token that a human's yes has put into the call. */
  tokenHash?: string | undefined;
}

/** How a call itself proves a human's decision. */
export type HumanProof = 'asked' | 'terminal';

/** The SHA-256 of a one-time token, 64 hex characters; the ledger stores only this. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Returns whether a call carries the token of the question about `hash`. `asked` maps the hash of a token to the hash of the shown text. */
export function isAnswered(
  asked: ReadonlyMap<string, string>,
  tokenHash: string | undefined,
  hash: string,
): boolean {
  return tokenHash !== undefined && asked.get(tokenHash) === hash;
}

/**
 * Returns how the confirmation of a plan is proved; undefined if a model made the call and no human had a turn. At a shell the call itself is a
 * human's word, but without a terminal it may be a script's. `isUnattended`: the user's configuration lets sessions start plans by themselves.
 */
export function proveConfirmation(
  { isSession, isAgent, isTerminal, tokenHash }: CallOrigin,
  asked: ReadonlyMap<string, string>,
  planHash: string,
  isUnattended: boolean,
): HumanProof | 'unattended' | undefined {
  if (isAgent) return undefined;
  if (!isSession) return isTerminal ? 'terminal' : 'unattended';
  if (isAnswered(asked, tokenHash, planHash)) return 'asked';
  return isUnattended ? 'unattended' : undefined;
}

/**
 * Returns how a human's decision about `hash` is proved; undefined without a proof. A model runs as the same user as the human, so a call
 * of `sao` alone proves nothing.
 */
export function proveHuman(
  { isSession, isAgent, isTerminal, tokenHash }: CallOrigin,
  asked: ReadonlyMap<string, string>,
  hash: string,
): HumanProof | undefined {
  if (isAgent) return undefined;
  if (isAnswered(asked, tokenHash, hash)) return 'asked';
  return !isSession && isTerminal ? 'terminal' : undefined;
}
