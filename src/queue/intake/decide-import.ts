import { accept, type Result, reject } from '../../system/result.ts';
import { refuseRole } from '../decide/rights.ts';
import type { QueueDecision, QueueView } from '../decide/view.ts';
import type { QueueEvent } from '../model/queue-event.ts';
import type { ImportedIssue } from './read-issues.ts';

export interface ImportedIdea {
  idea: string;
  source: string;
  /** False: an earlier import made it. */
  isNew: boolean;
}

/** Makes an idea of each issue that has none yet. */
export function decideImport(
  { state, caller }: QueueView,
  issues: readonly ImportedIssue[],
): Result<QueueDecision<ImportedIdea[]>> {
  const forbidden = refuseRole(caller, 'idea import', 'leader');
  if (forbidden) return reject(forbidden);
  const known = new Map([...state.ideas.values()].map(({ id, source }) => [source, id]));
  const events: QueueEvent[] = [];
  const ideas = issues.map(({ source, title, body }): ImportedIdea => {
    const earlier = known.get(source);
    if (earlier !== undefined) return { idea: earlier, source, isNew: false };
    const idea = `i${state.ideas.size + events.length + 1}`;
    events.push({ type: 'idea-created', idea, title, body, source, by: caller.by });
    return { idea, source, isNew: true };
  });
  return accept({ events, answer: () => ideas });
}
