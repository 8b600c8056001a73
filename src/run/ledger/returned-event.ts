import { plainText } from '../../findings/plain-text.ts';
import type { EventOf } from './events.ts';

export type ReturnedEvent = EventOf<'returned'>;

/** Maximum length of an agent's answer in the ledger, in characters. */
const MAX_RECORDED_ANSWER = 200;

/** The end of an attempt. */
export interface AttemptEnd {
  agent: string;
  attempt: number;
  /** The agent's answer to its caller; empty if the agent gave none. */
  answer: string;
  /** The verdict on the output file, with its words and findings. */
  judgement: Pick<ReturnedEvent, 'verdict' | 'words' | 'findings'>;
  /** Why the output is not valid. */
  fault?: string | undefined;
}

/** Builds the `returned` event of an attempt. The ledger keeps the keys in this order, `judgement` in the order of its own keys. */
export function buildReturnedEvent({ agent, attempt, answer, judgement, fault }: AttemptEnd): ReturnedEvent {
  return {
    type: 'returned',
    agent,
    attempt,
    chars: answer.length,
    line: plainText(answer, MAX_RECORDED_ANSWER),
    ...judgement,
    ...(fault === undefined ? {} : { fault }),
  };
}
