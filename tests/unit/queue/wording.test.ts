import { describe, expect, it } from 'vitest';
import { queueProblems } from '../../../src/queue/wording.ts';

describe('the fix of a refusal fits its cause', () => {
  it.each([
    [queueProblems.textEmpty('answer'), 'text-empty', 'answer: it is empty', 'give a text that is not empty'],
    [
      queueProblems.textTooLong('title', 250, 200),
      'text-too-long',
      'title: it has 250 characters; the limit is 200',
      'shorten it to 200 characters',
    ],
    [
      queueProblems.badNumber('--cluster', 9, 1, 4),
      'number-wrong',
      '--cluster: 9 is not a whole number from 1 to 4',
      'use a whole number from 1 to 4',
    ],
    [
      queueProblems.humanNeeded('an answer for a human', 'sao blocker resolve b1 --answer TEXT'),
      'human-required',
      'an answer for a human can only be given by a human',
      'run it in a terminal of your own: sao blocker resolve b1 --answer TEXT',
    ],
  ])('%j', (problem, code, message, fix) => {
    expect(problem).toMatchObject({ code, message, fix });
  });

  it('of a busy queue names the time that was tried', () => {
    expect(queueProblems.busy('files', 30_000).message).toContain('for 30 s');
    expect(queueProblems.busy('files', 5_000).message).toContain('for 5 s');
  });
});
