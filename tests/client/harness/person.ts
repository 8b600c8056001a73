import { createInterface } from 'node:readline';
import { type ClientOptions, describe, launchClient } from './client.ts';
import { isResult, type ResultMessage } from './result.ts';

/** What the client asks its host when a human has to decide. */
export interface Question {
  type: 'control_request';
  request_id: string;
  request: { subtype: string; tool_name: string; input: Record<string, unknown>; decision_reason?: string };
}

const FLAGS = [
  '-p',
  '--verbose',
  '--input-format',
  'stream-json',
  '--output-format',
  'stream-json',
  '--permission-prompt-tool',
  'stdio',
];

/** A conversation with a human at the client, who answers every question. */
export interface Talk {
  questions: Question[];
  say: (text: string) => void;
  /** The end of the next turn, in order; the client also begins turns by itself when something of its own has ended. */
  heard: () => Promise<ResultMessage>;
  close: () => Promise<unknown>;
}

export function startTalk(options: ClientOptions, answer: (question: Question) => 'allow' | 'deny'): Talk {
  const { child, exited } = launchClient(FLAGS, options);
  const questions: Question[] = [];
  const results: ResultMessage[] = [];
  const waiting: { done: (result: ResultMessage) => void; fail: (error: Error) => void }[] = [];
  const write = (message: object) => void child.stdin.write(`${JSON.stringify(message)}\n`);
  // A client that dies must fail its test, not hang it.
  void exited.then((exit) => {
    for (const { fail } of waiting.splice(0)) fail(new Error(describe(exit, options.api)));
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as Question | Record<string, unknown>;
    if (isResult(message)) {
      const next = waiting.shift();
      if (next) next.done(message);
      else results.push(message);
    }
    if (message.type !== 'control_request') return;
    const question = message as Question;
    questions.push(question);
    write(respond(question, answer(question)));
  });
  return {
    questions,
    say: (text) => write({ type: 'user', message: { role: 'user', content: text } }),
    heard: () =>
      new Promise((done, fail) => {
        const known = results.shift();
        if (known) done(known);
        else waiting.push({ done, fail });
      }),
    close: () => {
      child.stdin.end();
      return exited;
    },
  };
}

/** One turn with a human at the client. */
export async function talkToPerson(
  text: string,
  options: ClientOptions,
  answer: (question: Question) => 'allow' | 'deny',
): Promise<{ ended: ResultMessage; questions: Question[] }> {
  const talk = startTalk(options, answer);
  talk.say(text);
  const ended = await talk.heard();
  await talk.close();
  return { ended, questions: talk.questions };
}

function respond({ request_id, request }: Question, answer: 'allow' | 'deny'): object {
  const response =
    answer === 'allow'
      ? { behavior: 'allow', updatedInput: request.input }
      : { behavior: 'deny', message: 'no' };
  return { type: 'control_response', response: { subtype: 'success', request_id, response } };
}
