import { readFileSync, writeSync } from 'node:fs';
import { endInTime } from '../../system/end-in-time.ts';
import type { HookAnswer, HookInput } from './protocol.ts';

type Env = Readonly<Record<string, string | undefined>>;
type HookHandler = (input: HookInput, env: Env, now: Date) => HookAnswer | Promise<HookAnswer>;
/** What to answer if a handler throws; `input` is undefined if it is not JSON. */
type FaultHandler = (input: HookInput | undefined, env: Env, message: string) => HookAnswer;

/** The exit code of a call that was checked. The scripts in `hooks` believe no answer that comes with another code. */
export const CHECKED = 42;

/** Below the client's own limit for a hook (30 s), after which the client lets the call go on. */
const LIMIT_MS = 20_000;

/**
 * The process that the client starts: one line of JSON in, one out or none. A fault here never stops the session itself. Ends with the code `CHECKED`,
 * also if the handler has not ended in time.
 */
export async function runHook(
  handle: HookHandler,
  answerFault: FaultHandler = () => undefined,
): Promise<void> {
  let input: HookInput | undefined;
  try {
    input = JSON.parse(readFileSync(0, 'utf8')) as HookInput;
    print(await endInTime(handle(input, process.env, new Date()), LIMIT_MS));
    process.exitCode = CHECKED;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    writeSync(2, `sao hook: ${message}\n`);
    print(answerFault(input, process.env, message));
    // A handler that was too slow may still be at work.
    process.exit(CHECKED);
  }
}

function print(answer: HookAnswer): void {
  if (answer) writeSync(1, JSON.stringify(answer));
}
