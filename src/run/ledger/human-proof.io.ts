import { userInfo } from 'node:os';
import { isInAgent, isInSession } from '../../system/process/caller.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { type CallOrigin, type HumanProof, hashToken, proveHuman } from './human-proof.ts';
import { isQuestionOpen } from './question.io.ts';
import type { AskedCall } from './question.ts';
import { sessionOf } from './sessions.io.ts';

type Env = Readonly<Record<string, string | undefined>>;
/** The calls that the questions of a run's ledger were put into, by the hash of their tokens. */
type Questions = ReadonlyMap<string, AskedCall>;

/** The hash of the token that a call carries in `SAO_APPROVAL`; empty, which fits no question, if its own has been answered or denied. */
export function tokenHashOf(env: Env, questions: Questions): string | undefined {
  if (!env.SAO_APPROVAL) return undefined;
  const hash = hashToken(env.SAO_APPROVAL);
  return isQuestionOpen(questions.get(hash)) ? hash : '';
}

/** `questions`: those of the run that the call is about. */
export function readCallOrigin(env: Env, isTerminal: boolean, questions: Questions): CallOrigin {
  const tokenHash = tokenHashOf(env, questions);
  return { isSession: isInSession(env), isAgent: isInAgent(env), isTerminal, tokenHash };
}

export interface ApprovalRequest {
  env: Env;
  /** Standard input is a terminal. */
  isTerminal: boolean;
  /** Open questions: the hash of the shown text, by the hash of the one-time token. */
  asked: ReadonlyMap<string, string>;
  questions: Questions;
  /** Hash of the present subject of the decision. */
  hash: string;
  /** The command that a human runs in a terminal. */
  command: string;
}

/** Returns how a human's decision is proved, or the failure `human-required`, which says how a human decides. */
export function requireHumanApproval({
  env,
  isTerminal,
  asked,
  questions,
  hash,
  command,
}: ApprovalRequest): Result<HumanProof> {
  const speaker = readCallOrigin(env, isTerminal, questions);
  const word = proveHuman(speaker, asked, hash);
  return word === undefined ? refusePerson(speaker, command) : accept(word);
}

function refusePerson({ isAgent, isSession, tokenHash }: CallOrigin, command: string): Result<never> {
  const why = isAgent
    ? 'only a human may decide this, and an agent of a run made the call'
    : tokenHash !== undefined
      ? 'the token of this call belongs to another question or to one that has ended, or what it asked about has changed'
      : isSession
        ? 'only a human may decide this, and no human was asked'
        : 'only a human may decide this, and there is no terminal to ask one';
  return reject({
    code: 'human-required',
    message: why,
    target: command,
    fix:
      isSession && !isAgent
        ? `call exactly \`${command}\` and nothing else, so that the human is asked; or let the human run it in a terminal`
        : `run it yourself in a terminal: ${command}`,
  });
}

/** The author of an answer, for the ledger: the user's name, and the session that asked the question. */
export function describeHuman(env: Env): { who: string; session?: string } {
  const session = sessionOf(env);
  return { who: userName(), ...(session === undefined ? {} : { session }) };
}

// A user of a container may have no entry in the list of users.
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
