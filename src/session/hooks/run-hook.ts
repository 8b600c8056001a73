import { readFileSync, writeSync } from 'node:fs';
import type { HookAnswer, HookInput } from './protocol.ts';

type Env = Readonly<Record<string, string | undefined>>;
type HookHandler = (input: HookInput, env: Env, now: Date) => HookAnswer | Promise<HookAnswer>;
/** What to answer if a handler throws; `input` is undefined if it is not JSON. */
type FaultHandler = (input: HookInput | undefined, env: Env, message: string) => HookAnswer;

/** The process that the client starts: one line of JSON in, one out or none. A fault here never stops the session itself. */
export async function runHook(
  handle: HookHandler,
  answerFault: FaultHandler = () => undefined,
): Promise<void> {
  let input: HookInput | undefined;
  try {
    input = JSON.parse(readFileSync(0, 'utf8')) as HookInput;
    print(await handle(input, process.env, new Date()));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    writeSync(2, `sao hook: ${message}\n`);
    print(answerFault(input, process.env, message));
  }
}

function print(answer: HookAnswer): void {
  if (answer) writeSync(1, JSON.stringify(answer));
}
