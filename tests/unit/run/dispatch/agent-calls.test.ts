import { describe, expect, it } from 'vitest';
import { isChangeOfRuns, mayAgentCall, refuseAgentCall } from '../../../../src/run/dispatch/agent-calls.ts';

describe('mayAgentCall', () => {
  it.each([
    'prompt R a1',
    'verify R',
    'verify --json R a1',
    'status',
    'list --json',
    'check secrets.files .',
    'contract check',
    'contract show R',
    'next R --domain d1',
    'next R --domain=d1 --json',
    'retry --help',
    '--version',
  ])('allows sao %s', (line) => {
    expect(mayAgentCall(line.split(' '))).toBe(true);
  });

  it.each([
    'retry R other --force',
    'gap R a1',
    'init',
    'plan --new -',
    'build x',
    'next R',
    'next R --confirm',
    'next R --domain d1 --confirm',
    'next R --budget 9',
    'audit .',
    'report R',
    'clean',
    'contract approve',
    'gate approve ship R',
    'worktree remove R',
    'approvals sign x',
    'constructor',
  ])('refuses sao %s', (line) => {
    expect(mayAgentCall(line.split(' '))).toBe(false);
  });
});

it('names the call and who makes it instead', () => {
  expect(refuseAgentCall(['--json', 'retry', 'R'])).toEqual({
    code: 'call-by-agent',
    message:
      'an agent of a run made this call, and an agent may not call `sao retry`: it may call only `sao prompt`, `verify`, `status`, `list`, `check`, `tool`, `contract check` and `contract show`',
    target: 'retry',
    fix: 'let the user or the conversation that drives the run call `sao retry`',
  });
});

describe('isChangeOfRuns', () => {
  it.each([
    'init',
    'plan --new -',
    'gap R a1',
    'retry R a1',
    'clean --older-than 7d',
    'next R --confirm',
    'next --budget=9',
  ])('is true of sao %s', (line) => expect(isChangeOfRuns(line.split(' '))).toBe(true));

  it.each(['next R', 'clean --dry-run', 'verify R', 'run R --unattended', 'report R', 'status', 'audit .'])(
    'is false of sao %s',
    (line) => expect(isChangeOfRuns(line.split(' '))).toBe(false),
  );
});
