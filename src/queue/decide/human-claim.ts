import type { QueueEvent } from '../model/queue-event.ts';
import { hashPlan } from '../plan/hash-plan.ts';
import type { QueueState } from '../state/state.ts';
import { hashAnswer } from './blockers.ts';
import { hashDrop, hashPhase } from './ideas.ts';

/** What a human has decided in a queue, as the record of the approval has to say it. */
export interface HumanClaim {
  /** `idea/ID`, `phase/IDEA/ID`, `task/ID` or `blocker/ID`. */
  stage: string;
  action: string;
  hash: string;
}

/** The hash that a human's completion of a task is bound to. */
export const hashCompletion = (task: string, reason: string): string => hashPlan({ id: task, reason });

/**
 * What a human has decided by an event, computed from the state before it; undefined if the event needs no human or has no effect. The approval of an
 * idea is checked where its tasks are made and started. Pure.
 */
export function describeHumanClaim(state: QueueState, event: QueueEvent): HumanClaim | undefined {
  switch (event.type) {
    case 'phase-approved': {
      const idea = state.ideas.get(event.idea);
      const stage = `phase/${event.idea}/${event.phase}`;
      return idea && { stage, action: 'approve', hash: hashPhase(state, idea, event.phase) };
    }
    case 'idea-dropped': {
      const idea = state.ideas.get(event.idea);
      return idea && { stage: `idea/${idea.id}`, action: 'drop', hash: hashDrop(idea, event.reason) };
    }
    case 'completed-by-hand': {
      const { task, reason } = event;
      return { stage: `task/${task}`, action: 'complete', hash: hashCompletion(task, reason) };
    }
    case 'blocker-resolved': {
      const blocker = state.blockers.get(event.blocker);
      if (blocker?.for !== 'human') return undefined;
      return { stage: `blocker/${blocker.id}`, action: 'answer', hash: hashAnswer(blocker, event.answer) };
    }
    default:
      return undefined;
  }
}
