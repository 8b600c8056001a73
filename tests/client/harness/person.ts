import { createInterface } from 'node:readline';
import { type ClientOptions, describe, launchClient } from './client.ts';
import { isResult, type ResultMessage } from './result.ts';

/** What the client asks its host when a person has to decide. */
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

/** One turn with a person at the client, who answers every question it puts. */
export async function talkToPerson(
  text: string,
  options: ClientOptions,
  answer: (question: Question) => 'allow' | 'deny',
): Promise<{ ended: ResultMessage; questions: Question[] }> {
  const { child, exited } = launchClient(FLAGS, options);
  const questions: Question[] = [];
  const result = new Promise<ResultMessage>((done, fail) => {
    // A client that dies must fail its test, not hang it.
    void exited.then((exit) => fail(new Error(describe(exit, options.api))));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as Question | Record<string, unknown>;
      if (isResult(message)) done(message);
      if (message.type !== 'control_request') return;
      const question = message as Question;
      questions.push(question);
      child.stdin.write(`${JSON.stringify(respond(question, answer(question)))}\n`);
    });
  });
  child.stdin.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content: text } })}\n`);
  const ended = await result;
  child.stdin.end();
  await exited;
  return { ended, questions };
}

function respond({ request_id, request }: Question, answer: 'allow' | 'deny'): object {
  const response =
    answer === 'allow'
      ? { behavior: 'allow', updatedInput: request.input }
      : { behavior: 'deny', message: 'no' };
  return { type: 'control_response', response: { subtype: 'success', request_id, response } };
}
