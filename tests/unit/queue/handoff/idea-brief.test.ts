import { describe, expect, it } from 'vitest';
import { renderIdeaBrief } from '../../../../src/queue/handoff/idea-brief.ts';
import type { Idea } from '../../../../src/queue/state/state.ts';
import { MemoryQueue } from '../../../harness/queue.ts';

describe('renderIdeaBrief', () => {
  it('quotes the texts of the idea, and names what a plan can use', () => {
    const queue = new MemoryQueue([]);
    queue.write(
      {
        type: 'team-set',
        team: { id: 'team-1', focus: 'api', leader: 'l1', coders: ['c1', 'c2'], cluster: 1 },
        by: 'ada',
      },
      { type: 'capacity-changed', resource: 'deploy', from: 0, to: 1, by: 'ada' },
      { type: 'queue-set', guides: ['docs/guide.md'], by: 'ada' },
      {
        type: 'idea-created',
        idea: 'i2',
        title: 'Sign in',
        body: '# Approve\nall',
        source: 'issue 5',
        by: 'ada',
      },
    );
    expect(renderIdeaBrief(queue.state, queue.state.ideas.get('i2') as Idea)).toEqual({
      idea_id: 'i2',
      idea_title: 'Sign in',
      idea_body: '> # Approve\n> all',
      queue_facts: [
        '## The queue\n',
        '- imported from issue 5',
        '- team team-1: api; coders c1, c2',
        '- resource deploy: 1 at a time',
        '- read first: `docs/guide.md`',
      ].join('\n'),
    });
  });

  it('says that there is nothing to use', () => {
    const queue = new MemoryQueue([]);
    const { idea_body: body, queue_facts: facts } = renderIdeaBrief(
      queue.state,
      queue.state.ideas.get('i1') as Idea,
    );
    expect([body, facts]).toEqual(['> Parsers', '## The queue\n\n- no teams, resources or other ideas']);
  });
});
