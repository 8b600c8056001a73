import { accept, type Result } from '../../system/result.ts';
import { DEFAULT_QUEUE_LIMITS, type QueueLimits } from '../model/types.ts';
import { answerOnly, type QueueDecision, type QueueView } from './view.ts';

export interface QueueRequest {
  /** Random, so that an approval for one queue counts in no other. */
  id: string;
  name: string;
  limits: Partial<QueueLimits>;
  guides: string[];
  /** Salt and hash. */
  passphrase: string | undefined;
}

/** Creates a queue; one that exists already stays as it is. */
export function decideCreateQueue(
  { state, caller }: QueueView,
  { id, name, limits, guides, passphrase }: QueueRequest,
): Result<QueueDecision<{ isNew: boolean }>> {
  if (state.id !== '') return accept(answerOnly({ isNew: false }));
  const event = {
    ...{ type: 'queue-created' as const, id, name, guides, by: caller.by },
    limits: { ...DEFAULT_QUEUE_LIMITS, ...limits },
    ...(passphrase !== undefined && { passphrase }),
  };
  return accept({ events: [event], answer: () => ({ isNew: true }) });
}
