import { decideResolve } from '../../src/queue/decide/blockers.ts';
import { decideClaim } from '../../src/queue/decide/claim.ts';
import { decideBlock, decideComplete, decideRelease } from '../../src/queue/decide/settle.ts';
import { decideCancel, decideRetry } from '../../src/queue/decide/tasks.ts';
import type { QueueDecision, QueueView } from '../../src/queue/decide/view.ts';
import type { TaskSpec } from '../../src/queue/model/types.ts';
import type { Result } from '../../src/system/result.ts';
import { claimOf, codeOf, taskOf } from './queue.ts';
import type { QueueModel, Step } from './queue-model.ts';

/** What a history acts on: a queue in memory or an engine. */
export interface Actor {
  decide<T>(make: (view: QueueView) => Result<QueueDecision<T>>): Promise<Result<T>>;
  renew(token: string): Promise<Result<unknown>>;
  /** Lets the lease of a token end. */
  lapse(token: string): Promise<void>;
  blocked(): Promise<{ blocker: string; task: string } | undefined>;
}

export const specsOf = ({ tasks }: QueueModel): TaskSpec[] =>
  tasks.map(({ name, after, priority }) =>
    taskOf(name, { priority, after: after.map((each) => `i1.${each}`) }),
  );

const nameOf = (id: string) => id.replace('i1.', '');

/** Makes a step, and answers in the words of the model. `tokens`: those that were given so far; a new one is added. */
export async function makeStep(actor: Actor, tokens: string[], step: Step): Promise<string> {
  switch (step.do) {
    case 'claim': {
      const claimed = await actor.decide((view) => decideClaim(view, claimOf(`e${step.executor}`)));
      if (!claimed.ok) return codeOf(claimed);
      const { task, token } = claimed.value;
      if (!task) return 'nothing';
      tokens.push(token);
      return nameOf(task.spec.id);
    }
    case 'resolve': {
      const found = await actor.blocked();
      if (!found) return 'nothing';
      const done = await actor.decide((view) => decideResolve(view, found.blocker, 'answer', undefined));
      return done.ok ? nameOf(found.task) : codeOf(done);
    }
    case 'cancel':
    case 'retry': {
      const decide = step.do === 'cancel' ? decideCancel : decideRetry;
      return codeOrOk(await actor.decide((view) => decide(view, `i1.t${step.task}`, 'reason')));
    }
    default:
      return settle(actor, tokens[step.which] ?? '9.f', step);
  }
}

async function settle(actor: Actor, token: string, step: Extract<Step, { which: number }>): Promise<string> {
  if (step.do === 'renew') return codeOrOk(await actor.renew(token));
  if (step.do === 'lapse') {
    if (token === '9.f') return 'claim-unknown';
    await actor.lapse(token);
    return 'ok';
  }
  return codeOrOk(await actor.decide((view) => decideOf(step, view, token)));
}

function decideOf(step: Step, view: QueueView, token: string): Result<QueueDecision<unknown>> {
  if (step.do === 'complete') return decideComplete(view, token, { commit: 'c'.repeat(40), text: '' });
  if (step.do === 'release')
    return decideRelease(view, token, {
      reason: step.isCounted ? 'failed' : 'rate-limit',
      note: '',
      workAt: '',
    });
  return decideBlock(view, token, { kind: 'other', question: '?', for: 'leader', workAt: '' });
}

const codeOrOk = (result: Result<unknown>): string => (result.ok ? 'ok' : codeOf(result));
