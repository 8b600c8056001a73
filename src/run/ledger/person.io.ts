import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { ancestorHasEnv } from '../../system/process/ancestry.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { hashToken, type Speaker, type Word, wordOf } from './person.ts';
import { sessionOf } from './sessions.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Whether a model started this process. `env -u` hides it from the last one only. */
export function isInSession(env: Env): boolean {
  return Boolean(env.CLAUDECODE || env.CLAUDE_CODE_SESSION_ID) || ancestorHasEnv('CLAUDECODE');
}

/** Whether an agent of a run started this process. */
export function isInAgent(env: Env): boolean {
  return Boolean(env.SAO_AGENT_ID) || ancestorHasEnv('SAO_AGENT_ID');
}

/** The hash of the token that a call carries in `SAO_APPROVAL`. */
export function tokenHashOf({ SAO_APPROVAL: token }: Env): string | undefined {
  return token ? hashToken(token) : undefined;
}

/** A one-time token for a question to a person, and what the ledger may hold of it. */
export function makeToken(): { token: string; tokenHash: string } {
  const token = randomBytes(16).toString('hex');
  return { token, tokenHash: hashToken(token) };
}

export function speakerOf(env: Env, isTerminal: boolean): Speaker {
  return { isSession: isInSession(env), isAgent: isInAgent(env), isTerminal, tokenHash: tokenHashOf(env) };
}

export interface Demand {
  env: Env;
  /** Standard input is a terminal. */
  isTerminal: boolean;
  /** What people were asked: the hash of what they were shown by the hash of the one-time token. */
  asked: ReadonlyMap<string, string>;
  /** Of what is decided now. */
  hash: string;
  /** The command that a person runs in a terminal. */
  command: string;
}

/** The proof that a person decides this; a failure `person-needed` that says how a person does. */
export function demandPerson({ env, isTerminal, asked, hash, command }: Demand): Result<Word> {
  const speaker = speakerOf(env, isTerminal);
  const word = wordOf(speaker, asked, hash);
  return word === undefined ? refusePerson(speaker, command) : accept(word);
}

function refusePerson({ isAgent, isSession, tokenHash }: Speaker, command: string): Result<never> {
  const why = isAgent
    ? 'an agent of a run decides nothing that is a person’s to decide'
    : tokenHash !== undefined
      ? 'the token of this call was not given out for what stands here now'
      : isSession
        ? 'this is a person’s to decide, and no person was asked'
        : 'this is a person’s to decide, and there is no terminal to ask one';
  return reject({
    code: 'person-needed',
    message: why,
    target: command,
    fix:
      isSession && !isAgent
        ? `call exactly \`${command}\` and nothing else in it: the person is asked; or let the person run it in a terminal`
        : `in a terminal of your own: ${command}`,
  });
}

/** Who says so, for the ledger: the name of the user, and the session that put the question. */
export function describePerson(env: Env): { who: string; session?: string } {
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
