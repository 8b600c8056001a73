import { plainText } from '../../findings/plain-text.ts';
import type { Idea, QueueState } from '../state/state.ts';
import { quoteLines } from './render-handoff.ts';

/** The values of the page from which a leader plans an idea: its texts as data, and the teams, resources and other ideas of the queue. */
export function renderIdeaBrief(state: QueueState, idea: Idea): Record<string, string> {
  const title = plainText(idea.title);
  return {
    idea_id: idea.id,
    idea_title: title,
    idea_body: quoteLines(idea.body === '' ? title : idea.body).join('\n'),
    queue_facts: ['## The queue', '', ...listFacts(state, idea)].join('\n'),
  };
}

function listFacts(state: QueueState, { id, source }: Idea): string[] {
  const teams = [...state.teams.values()].map(
    (team) => `- team ${team.id}: ${plainText(team.focus, 100)}; coders ${team.coders.join(', ') || 'none'}`,
  );
  const resources = [...state.resources].map(
    ([name, capacity]) => `- resource ${name}: ${capacity} at a time`,
  );
  const others = [...state.ideas.values()]
    .filter((other) => other.id !== id && other.state === 'executing')
    .map((other) => `- idea ${other.id} is being worked on: ${plainText(other.title, 100)}`);
  const guides = state.guides.map((path) => `- read first: \`${plainText(path)}\``);
  const from = source === undefined ? [] : [`- imported from ${plainText(source)}`];
  const facts = [...from, ...teams, ...resources, ...guides, ...others.slice(0, 20)];
  return facts.length === 0 ? ['- no teams, resources or other ideas'] : facts;
}
