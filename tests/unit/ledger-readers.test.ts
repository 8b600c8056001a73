import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve('src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(SRC, name), 'utf8') }));

/** The files that call one of these functions, without the file that defines it. */
function callersOf(...functions: string[]): string[] {
  const call = new RegExp(`(?<!function )\\b(?:${functions.join('|')})(?:<[^>]*>)?\\(`);
  return sources
    .filter(({ text }) => call.test(text))
    .map(({ name }) => name)
    .sort();
}

describe('the ledger of a run', () => {
  it('is parsed and replayed in these files only', () => {
    expect(callersOf('readLedger', 'foldLedger')).toEqual([
      // Needs the entries of one agent, to show each.
      'dashboard/read-agent.io.ts',
      // Needs the times of the entries, not the state.
      'maintenance/inspect.io.ts',
      // Needs the order of the entries, to find the author of a change.
      'pipeline/stages/lock-changes.io.ts',
      // Needs the findings of each judgement and the ids of each recall, which the state does not keep.
      'pipeline/stages/write-memory.io.ts',
      'run/ledger/store.io.ts',
      // Needs the time and the tools of each attempt.
      'run/trace/trace-run.io.ts',
    ]);
    expect(callersOf('replayRun', 'replayFromSnapshot')).toEqual([
      'run/ledger/run-state.io.ts',
      'run/ledger/store.io.ts',
    ]);
  });

  it('is locked in these files only', () => {
    expect(callersOf('underRunLock')).toEqual([
      'headless/live-run.io.ts',
      'run/dispatch/snapshot.io.ts',
      'run/ledger/run-state.io.ts',
    ]);
  });

  it('is read at the entry of these features, which pass its state down', () => {
    expect(callersOf('readRunState', 'readPlannedState')).toEqual([
      'commands/approvals.ts',
      'commands/gate.ts',
      'contract/tree.io.ts',
      'headless/live-run.io.ts',
      'headless/run-headless.io.ts',
      'maintenance/examine.io.ts',
      'maintenance/find-orphans.io.ts',
      'maintenance/inspect.io.ts',
      'maintenance/trees.io.ts',
      'pipeline/conflict/resolve.io.ts',
      'pipeline/drive/restore.io.ts',
      'pipeline/drive/resume-build.io.ts',
      'pipeline/drive/run-remains.io.ts',
      'pipeline/gate/answer.io.ts',
      'pipeline/gate/describe-gate.io.ts',
      'pipeline/gate/waiting.io.ts',
      'pipeline/machine/view.io.ts',
      'pipeline/prompts/extend.io.ts',
      'pipeline/stages/assembly-report.io.ts',
      'pipeline/stages/harden.io.ts',
      'run/cost/audit-costs.io.ts',
      'run/dispatch/snapshot.io.ts',
      'run/ledger/locate.io.ts',
      'run/ledger/run-state.io.ts',
      'run/plan/experience.io.ts',
      'run/plan/own-plan.io.ts',
      'session/hooks/bash.io.ts',
      'session/hooks/dispatch.io.ts',
      'session/hooks/gates.io.ts',
      'session/hooks/receipt.io.ts',
      'session/hooks/return.io.ts',
      'session/hooks/session.io.ts',
      'session/hooks/shown-plans.io.ts',
      'session/hooks/who.io.ts',
      'session/next/answer.io.ts',
      // After the last action: an agent may have ended meanwhile.
      'session/next/ask.io.ts',
      'workspace/worktree/approve-setup.io.ts',
      'workspace/worktree/live-agents.io.ts',
    ]);
  });

  it('has one builder of its returned events', () => {
    const builders = sources.filter(({ text }) =>
      /^\s+(?:\.\.\.\{ )?type: 'returned'(?: as const)?,/m.test(text),
    );
    expect(builders.map(({ name }) => name)).toEqual(['run/ledger/events.ts']);
  });
});
