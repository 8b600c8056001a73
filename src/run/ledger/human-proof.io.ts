import { userInfo } from 'node:os';
import type { ApprovalBasis, ApprovalClaim, ApprovalRecord } from '../../system/approval/record.ts';
import { isInAgent, isInSession } from '../../system/process/caller.ts';
import { type CallOrigin, hashToken } from './human-proof.ts';
import { isQuestionOpen } from './question.io.ts';
import { type AskedCall, isQuestionOf } from './question.ts';
import { sessionOf } from './sessions.io.ts';

type Env = Readonly<Record<string, string | undefined>>;
/** The calls that the questions of a run's ledger were put into, by the hash of their tokens. */
type Questions = ReadonlyMap<string, AskedCall>;

/**
 * The hash of the token that a call carries in `SAO_APPROVAL`. Empty, which fits no question, if its own has been answered or denied, was put in
 * another session, or is about another action.
 */
export function tokenHashOf(env: Env, questions: Questions, action: string): string | undefined {
  if (!env.SAO_APPROVAL) return undefined;
  const hash = hashToken(env.SAO_APPROVAL);
  const question = questions.get(hash);
  return isQuestionOf(question, { action, session: sessionOf(env) }) && isQuestionOpen(question) ? hash : '';
}

/** `questions`: those of the run that the call is about; `action`: what the call does. */
export function readCallOrigin(
  env: Env,
  isTerminal: boolean,
  questions: Questions,
  action: string,
): CallOrigin {
  const tokenHash = tokenHashOf(env, questions, action);
  return { isSession: isInSession(env), isAgent: isInAgent(env), isTerminal, tokenHash };
}

/** The circumstances of an approval that its record keeps. */
export interface RecordFacts {
  project: string;
  level: ApprovalBasis;
  now: Date;
  note?: string | undefined;
}

/** Makes the record of an approval by this user; of an answered question with the session that asked it. */
export function makeApprovalRecord(
  claim: ApprovalClaim,
  { project, level, now, note }: RecordFacts,
  env: Env,
): ApprovalRecord {
  const { run, stage, action, hash } = claim;
  const session = level === 'asked' ? sessionOf(env) : undefined;
  return {
    ...{ run, project, stage, action, hash, at: now.toISOString(), by: userName(), level },
    ...(session === undefined ? {} : { session }),
    ...(note === undefined || note === '' ? {} : { note }),
  };
}

// A user of a container may have no entry in the list of users.
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
