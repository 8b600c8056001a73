import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLedger } from '../../../../src/run/ledger/events.ts';
import type { LedgerEntry, RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { recordWorkflowEnd } from '../../../../src/session/next/ask.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  planWith,
  RUN,
  returned,
  START,
  snapshotOf,
} from '../../../harness/snapshots.ts';

const NOTIFIED = '{"type":"user","message":"<tool-use-id>toolu_1</tool-use-id>"}\n';
const AFTER = 100_000;
const now = new Date(START + AFTER);

/** A session that has carried out a workflow, as the client leaves it on disk. */
class Session {
  readonly dir = makeScratch();
  readonly transcript = join(this.dir, 'session.jsonl');
  private readonly folder = join(this.dir, 'session', 'subagents', 'workflows', 'wf_1');
  private readonly journal: string[] = ['{"type":"launched"}'];

  constructor(notified = NOTIFIED) {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(this.transcript, notified);
  }

  /** A subagent for an agent of a run, begun so many milliseconds after the run. */
  began(client: string, label: string, after = 0): this {
    const facts = join(this.folder, `agent-${client}.meta.json`);
    writeFileSync(facts, JSON.stringify({ description: label, inWorkflowRun: true }));
    utimesSync(facts, (START + after) / 1000, (START + after) / 1000);
    return this.tell({ type: 'started', agentId: client, label });
  }

  tell(entry: object): this {
    this.journal.push(JSON.stringify(entry));
    return this;
  }

  /** What is recorded of the end of its workflow. */
  end(events: readonly RunEvent[], agents = ['a', 'b']): LedgerEntry[] | undefined {
    writeFileSync(join(this.folder, 'journal.jsonl'), `${this.journal.join('\n')}\n{"type":"star`);
    const started: RunEvent[] = [
      ...confirmed,
      { type: 'session-seen', session: 's', transcript: this.transcript },
      { type: 'workflow-started', session: 's', toolUse: 'toolu_1' },
    ];
    const plan = planWith(agents.map((id) => agentOf(id, { timeout: 10 })));
    const snapshot = {
      ...snapshotOf({ plan, events: [...started, ...events], after: AFTER }),
      dir: this.dir,
    };
    if (!recordWorkflowEnd(snapshot, now)) return undefined;
    return parseLedger(readFileSync(join(this.dir, 'ledger.jsonl'), 'utf8'));
  }
}

const byHook = (agent: string, toolUse: string): RunEvent => ({
  ...dispatched(agent),
  type: 'dispatched',
  agent,
  attempt: 1,
  wave: 1,
  driver: 'workflow',
  toolUse,
});
const told = (entries: readonly LedgerEntry[] | undefined) =>
  entries?.map((entry) => ('agent' in entry ? `${entry.type} ${entry.agent}` : entry.type));

describe('the end of a workflow', () => {
  it('is not recorded before the conversation was told of it', () => {
    expect(new Session('').end([])).toBeUndefined();
  });

  it('gives back what was under way and has time left', () => {
    const session = new Session().began('c1', `sao:${RUN}/a`);
    expect(told(session.end([byHook('a', 'c1')]))).toEqual(['workflow-ended', 'released a']);
  });

  it('uses up the attempt of an agent whose model never answered: no hook has seen it', () => {
    const entries = new Session().began('c1', `sao:${RUN}/a`).end([]);
    expect(told(entries)).toEqual(['workflow-ended', 'dispatched a', 'returned a']);
    expect(entries).toMatchObject([
      {},
      { attempt: 1, driver: 'workflow', session: 's', toolUse: 'c1' },
      { attempt: 1, verdict: 'missing', fault: 'it gave no valid file within 10 s' },
    ]);
  });

  it('counts each silent attempt once, and none above what is allowed', () => {
    const session = new Session();
    for (const client of ['c1', 'c2', 'c3']) session.began(client, `sao:${RUN}/a`);
    const entries = session.end([byHook('a', 'c1'), returned('a', 'missing')]);
    expect(told(entries)).toEqual(['workflow-ended', 'dispatched a', 'returned a']);
    expect(entries?.[1]).toMatchObject({ attempt: 2, toolUse: 'c2' });
  });

  it.each<[string, (session: Session) => Session, RunEvent[]]>([
    ['has answered', (s) => s.began('c1', `sao:${RUN}/a`).tell({ type: 'result', agentId: 'c1' }), []],
    ['was refused', (s) => s.began('c1', `sao:${RUN}/a`).tell({ type: 'failed', agentId: 'c1' }), []],
    ['had time left', (s) => s.began('c1', `sao:${RUN}/a`, AFTER - 5_000), []],
    ['is of another run', (s) => s.began('c1', 'sao:20260102-030405-ffffffff/a'), []],
    ['is none of the plan', (s) => s.began('c1', `sao:${RUN}/x`).began('c2', 'Look around'), []],
    [
      'is a gap by now',
      (s) => s.began('c1', `sao:${RUN}/a`),
      [{ type: 'gap', agent: 'a', reason: 'r', by: 'user' }],
    ],
  ])('says nothing of one that %s', (_, arrange, events) => {
    expect(told(arrange(new Session()).end(events))).toEqual(['workflow-ended']);
  });
});
