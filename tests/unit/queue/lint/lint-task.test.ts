import { describe, expect, it } from 'vitest';
import { lintTask } from '../../../../src/queue/lint/lint-task.ts';
import { taskOf } from '../../../harness/queue.ts';

const codes = (title: string) => lintTask(taskOf('a', { title })).map(({ code }) => code);

describe('titles that name a result', () => {
  it.each([
    // The three good examples of the guide that this lint follows.
    'Create D1 schema for user authentication in nexus repo, branch feat/auth',
    'Implement rate limiter using Durable Objects in DE repo',
    'Build admin panel component for service list in bridge repo',
    'Create D1 schema for user authentication',
    'Fix the crash of the importer on empty CSV files',
    'Fix bugs #12 and #19 in the tokenizer',
    'Improve p95 latency of /search below 200 ms',
    'Refactor src/run/ledger.ts into one file per event',
    'Add e-mail invitations to the team page',
    'Support for IPv6 addresses in the allow list',
    'Support IPv6 addresses in the allow list',
    'Handle expired refresh tokens in the session middleware',
    'Update the OpenAPI description of the billing endpoints',
    'Expire sessions after 30 days without a request',
    'Keep log files for 14 days',
    'Write the migration of table users to UUID keys',
    'Test the retry of webhooks against a failing server',
    'Review checklist for accessibility of the checkout form',
    'Investigation report on the memory growth of the worker',
    'Document the environment variables of the deploy script',
    'Remove the deprecated v1 routes',
    'Coder assignment view on the board',
    'Create due date column for invoices',
    'Build cost estimate table for quotes',
    'Show the deadline of a task in its header',
    'Sort the estimated arrival times of parcels by carrier',
    'Add the field deadline at the top of the form',
    'Show the ETA of a delivery on the map',
    'Show the deadline of May orders in the list',
  ])('%s', (title) => expect(codes(title)).toEqual([]));
});

describe('titles that name none', () => {
  it.each([
    // Two of the three bad examples of the guide.
    ['Work on the backend', 'task-vague'],
    ['Fix bugs', 'task-vague'],
    ['Work on the rate limiter', 'task-vague'],
    ['Improve performance', 'task-vague'],
    ['Improve the code quality', 'task-vague'],
    ['Help with the frontend', 'task-vague'],
    ['Continue the refactoring', 'task-vague'],
    ['Refactor the code', 'task-vague'],
    ['Clean up', 'task-vague'],
    ['Fix all remaining issues', 'task-vague'],
    ['Update documentation', 'task-vague'],
    ['Write tests', 'task-vague'],
    ['Look into the API', 'task-vague'],
    ['Take care of security', 'task-vague'],
    ['Backend', 'task-vague'],
    ['Various small fixes', 'task-vague'],
    ['Do the things in the todo', 'task-vague'],
  ])('%s', (title, code) => expect(codes(title)).toEqual([code]));
});

describe('titles with a team or coder as object', () => {
  it.each([
    'Help Team 2',
    'Support team-3',
    'Assist coder 1.3 with the reviews',
    'Unblock Team A',
    'Pair with another coder',
    'Wait for the team',
    'Help c2.1',
  ])('%s', (title) => expect(codes(title)).toEqual(['task-for-team']));
});

describe('dates and estimates', () => {
  it.each([
    'Create the D1 schema by Friday',
    'Create the D1 schema until 2026-03-01',
    'Create the D1 schema (2 days)',
    'Create the D1 schema, takes 3 hours',
    'Create the D1 schema before the end of the week',
    'Create the D1 schema, deadline: March 3',
    'Create the D1 schema in Q3 2026',
    'Create the D1 schema next sprint',
    'Create the D1 schema ASAP',
    'Create the D1 schema, ETA 4h',
    'Create the D1 schema, due date: 1 June',
    'Create the D1 schema, the deadline is Monday',
    'Create the D1 schema, with a deadline of 2026-06-01',
    'Create the D1 schema, with a deadline of next Friday',
    'Create the D1 schema, estimated at 3 hours',
    'Create the D1 schema, time estimate: S',
    'Create the D1 schema, time-boxed to two days',
  ])('%s', (title) => expect(codes(title)).toEqual(['task-schedule']));

  it('are found in deliverables and criteria too', () => {
    const task = taskOf('a', { deliverables: ['schema.sql (1 day)'] });
    expect(lintTask(task).map(({ code }) => code)).toEqual(['task-schedule']);
  });
});

describe('what a task lacks', () => {
  it.each([
    [{ repo: '' }, 'task-no-repo'],
    [{ branch: '' }, 'task-no-branch'],
    [{ deliverables: [] }, 'task-no-deliverable'],
    [{ criteria: [], test: '' }, 'task-no-proof'],
    [{ branch: 'feat/../main' }, 'task-branch'],
    [{ branch: '-f' }, 'task-branch'],
    [{ branch: 'a b' }, 'task-branch'],
    [{ env: ['API_KEY=secret'] }, 'task-env'],
    [{ paths: ['../other'] }, 'task-path'],
    [{ paths: ['/etc/passwd'] }, 'task-path'],
    [{ title: '' }, 'task-title'],
    [{ title: 'x'.repeat(1_000_000) }, 'task-title'],
    [{ title: 'Create\u0007 the schema of users' }, 'task-title'],
    [{ title: 'Create the schema\u202e of users' }, 'task-title'],
  ])('%j', (more, code) => expect(lintTask(taskOf('a', more)).map((fault) => fault.code)).toEqual([code]));

  it('a test is proof enough', () => {
    expect(lintTask(taskOf('a', { criteria: [], test: 'npm test' }))).toEqual([]);
  });
});
