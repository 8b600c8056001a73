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
    'retry R a1 --force --json --help',
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
    'gap R a1 --reason --help',
    'audit . --baseline -h',
    'queue token create --team -V',
    'retry R -- --help',
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
  it.each<[string, Record<string, unknown>]>([
    ['init', {}],
    ['plan', { new: '-' }],
    ['gap', { run: 'R', agents: ['a1'] }],
    ['retry', { run: 'R', agents: ['a1'] }],
    ['clean', { olderThan: '7d' }],
    ['next', { run: 'R', confirm: true }],
    ['next', { budget: '9' }],
    ['run', { run: 'R', unattended: true }],
    ['build', { description: 'x' }],
    ['audit', { path: '.' }],
    ['work', {}],
    ['workflow', { run: 'R' }],
    ['queue', { action: 'init' }],
    ['queue', { action: 'token', subject: 'create', role: 'owner' }],
    ['queue', { action: 'dispatch', subject: 'I' }],
    ['idea', { action: 'execute', subject: 'I' }],
    ['task', { action: 'retry', subject: 'T' }],
    ['conflict', { action: 'resolve' }],
    ['worktree', { action: 'create' }],
    ['approvals', { action: 'setup' }],
  ])('is true of sao %s %o', (name, input) => expect(isChangeOfRuns(name, input)).toBe(true));

  it.each<[string, Record<string, unknown>]>([
    ['next', { run: 'R' }],
    ['clean', { dryRun: true }],
    ['verify', { run: 'R' }],
    ['report', { run: 'R' }],
    ['status', {}],
    ['audit', { listTools: true }],
    ['queue', { action: 'check' }],
    ['queue', { action: 'token', subject: 'list' }],
    ['queue', { action: 'renew', subject: 't1' }],
    ['idea', { action: 'show', subject: 'execute' }],
    ['worktree', { action: 'list' }],
    ['constructor', {}],
  ])('is false of sao %s %o', (name, input) => expect(isChangeOfRuns(name, input)).toBe(false));
});
