import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLedger } from '../../../../src/run/ledger/events.ts';
import {
  type ReplayTrust,
  replayFromSnapshot,
  snapshotPath,
} from '../../../../src/run/ledger/replay-snapshot.io.ts';
import type { LedgerEntry } from '../../../../src/run/ledger/run-event.ts';
import { replayLedger } from '../../../../src/run/ledger/state.ts';
import { isSealOf, sealOf } from '../../../../src/system/seal.ts';
import { scaled } from '../../../harness/scale.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const prove = (entries: readonly LedgerEntry[]): LedgerEntry[] =>
  entries.map((entry) =>
    entry.type === 'gate-approved'
      ? { v: 1, at: entry.at, type: 'unproved', event: entry.type, fault: 'no-seal' }
      : entry,
  );
const trustWith = (key: string): ReplayTrust => ({
  openProver: () => prove,
  seal: (text) => sealOf(key, text),
  isSealed: (text, seal) => isSealOf(seal, key, text),
});
const trust = trustWith('key');
/** Lets only approvals and the first event count, so that a test sees whether the snapshot was used. */
const BLIND_PROVER = (entries: readonly LedgerEntry[]) =>
  prove(entries).filter(
    ({ type }) => type === 'run-created' || type === 'plan-confirmed' || type === 'plan-accepted',
  );
const BLIND: ReplayTrust = { ...trust, openProver: () => BLIND_PROVER };

const line = (event: object, n = 0) =>
  JSON.stringify({ v: 1, at: new Date(1_700_000_000_000 + n * 1000).toISOString(), ...event });
const APPROVED = {
  approval: {
    run: 'r',
    project: '/p',
    stage: 's',
    action: 'approve',
    hash: 'h',
    at: '2026-01-01T00:00:00.000Z',
    by: 'ada',
    level: 'terminal',
  },
};
/** The engine seals questions and extensions, too. */
const SEAL = { seal: 's' };
const counts = { critical: 0, major: 1, minor: 0 };
const EVENTS: ((id: string, n: number) => object)[] = [
  () => ({ type: 'plan-accepted', hash: 'h', workers: 2, coordinators: 1, waves: 1, forecast: { agent: 5 } }),
  (_, n) => ({
    type: 'plan-asked',
    hash: 'h',
    token: `t${n}`,
    ...SEAL,
    call: { transcript: '/t', toolUse: 'u' },
  }),
  () => ({ type: 'plan-confirmed', ...APPROVED }),
  (_, n) => ({ type: 'commands-asked', hash: 'c', token: `c${n}`, ...SEAL }),
  () => ({ type: 'commands-approved', hash: 'c', ...APPROVED }),
  (id, n) => ({
    type: 'dispatched',
    agent: id,
    attempt: n % 3,
    driver: 'claude',
    wave: 1,
    toolUse: `u${n}`,
    via: 'hook',
  }),
  (id, n) => ({ type: 'started', agent: id, attempt: n % 3, child: { pid: n, start: 's' } }),
  (id, n) => ({
    type: 'returned',
    agent: id,
    attempt: n % 3,
    chars: 4,
    line: 'Done',
    verdict: n % 2 ? 'done' : 'incomplete',
    words: 3,
    findings: counts,
    denied: ['Bash: x'],
  }),
  (id, n) => ({
    type: 'spent',
    agent: id,
    attempt: n % 3,
    costUsd: 0.25,
    inputTokens: 3,
    outputTokens: 4,
    durationMs: 5,
  }),
  (id, n) => ({ type: 'rate-limited', agent: id, attempt: n % 3, waitMs: 50, kind: 'blip', model: 'haiku' }),
  (id, n) => ({ type: 'refused', agent: id, attempt: n % 3, cause: 'login', text: 'x' }),
  (id, n) => ({ type: 'released', agent: id, attempt: n % 3, reason: 'gone' }),
  (id) => ({ type: 'retried', agent: id, reason: 'again' }),
  (id) => ({ type: 'gap', agent: id, reason: 'no', by: 'user' }),
  (id, n) => ({ type: 'session-seen', session: `s${n % 4}`, transcript: `/t/${id}` }),
  (_, n) => ({ type: 'gate-asked', stage: 'ship', hash: 'g', token: `g${n}`, ...SEAL }),
  () => ({ type: 'gate-approved', stage: 'ship', hash: 'g', ...APPROVED }),
  () => ({ type: 'gate-rejected', stage: 'architect', hash: 'g', note: 'more', ...APPROVED }),
  (id) => ({ type: 'plan-extended', stage: 'build', agents: [id], hash: 'h2', ...SEAL }),
  (id) => ({ type: 'module-begun', module: id, agent: id, commit: 'c' }),
  (id) => ({ type: 'module-merged', module: id, source: 'b', commit: 'm', backlog: ['x'] }),
  () => ({ type: 'halted', reason: 'stop' }),
  () => ({ type: 'resumed' }),
  () => ({ type: 'reported', findings: counts, gaps: 0 }),
  () => ({ type: 'workflow-started', session: 's' }),
];
const anyLine = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(fc.constantFrom(...EVENTS), fc.constantFrom('a1', 'a2', 'b'), fc.nat(50))
      .map(([make, id, n]) => line(make(id, n), n)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '{"torn',
      'null',
      '{"v":1,"type":"of-a-newer-version","at":"2026"}',
      line({ type: 'halted', reason: 'ünïcödé 日本' }),
    ),
  },
);

const LEDGER = [
  line({ type: 'run-created', mode: 'audit', task: 't' }),
  line({ type: 'halted', reason: 'first' }),
];

describe('a replay from a snapshot', () => {
  it('is equal to a replay of the whole ledger, wherever the ledger was cut', () => {
    const path = join(makeScratch(), 'ledger.jsonl');
    fc.assert(
      fc.property(
        fc.array(anyLine, { minLength: 1, maxLength: 40 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
        (rest, cuts) => {
          rmSync(snapshotPath(path), { force: true });
          const lines = [LEDGER[0], ...rest];
          const text = lines.map((each) => `${each}\n`).join('');
          const bytes = Buffer.from(text);
          writeFileSync(path, '');
          let written = 0;
          for (const cut of [
            ...cuts.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b),
            bytes.length,
          ]) {
            appendFileSync(path, bytes.subarray(written, cut));
            written = Math.max(written, cut);
            const whole = replayLedger(prove(parseLedger(readFileSync(path, 'utf8'))));
            expect(replayFromSnapshot(path, trust, 1).state).toEqual(whole);
          }
        },
      ),
      { numRuns: scaled(150, 1500) },
    );
  });

  /** A ledger of two lines whose replay is in a snapshot. */
  function snapped(): string {
    const path = join(makeScratch(), 'ledger.jsonl');
    writeFileSync(path, `${LEDGER.join('\n')}\n`);
    replayFromSnapshot(path, trust, 1);
    expect(existsSync(snapshotPath(path))).toBe(true);
    return path;
  }

  it('reads only what follows the snapshot', () => {
    const path = snapped();
    appendFileSync(path, `${line({ type: 'resumed' })}\n`);
    expect(replayFromSnapshot(path, BLIND)).toMatchObject({ entries: 3, state: { halted: 'first' } });
    expect(replayFromSnapshot(path, trust).state.halted).toBeUndefined();
  });

  it.each<[string, (path: string) => void]>([
    [
      'is torn',
      (path) => writeFileSync(snapshotPath(path), readFileSync(snapshotPath(path), 'utf8').slice(0, -9)),
    ],
    ['is empty', (path) => writeFileSync(snapshotPath(path), '')],
    [
      'was changed',
      (path) =>
        writeFileSync(snapshotPath(path), readFileSync(snapshotPath(path), 'utf8').replace('first', 'other')),
    ],
    [
      'has no seal',
      (path) =>
        writeFileSync(
          snapshotPath(path),
          JSON.stringify({ body: JSON.parse(readFileSync(snapshotPath(path), 'utf8')).body }),
        ),
    ],
    [
      'has another format',
      (path) => {
        const { body } = JSON.parse(readFileSync(snapshotPath(path), 'utf8'));
        const newer = body.replace('"format":6', '"format":7');
        writeFileSync(snapshotPath(path), JSON.stringify({ seal: sealOf('key', newer), body: newer }));
      },
    ],
    ['follows a longer ledger', (path) => writeFileSync(path, `${LEDGER[0]}\n`)],
    [
      'follows another ledger',
      (path) => writeFileSync(path, `${LEDGER.join('\n').replace('first', 'fresh')}\n`),
    ],
    [
      'follows another file',
      (path) => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    ],
  ])('does not use one that %s', (_, damage) => {
    const path = snapped();
    damage(path);
    // Nothing of the ledger itself counts for this reader, so what it knows is from the snapshot.
    expect(replayFromSnapshot(path, BLIND).state.halted).toBeUndefined();
  });

  it('does not use one of another key, and writes none without a key', () => {
    const path = snapped();
    expect(
      replayFromSnapshot(path, { ...trustWith('other'), openProver: () => BLIND_PROVER }).state.halted,
    ).toBeUndefined();
    rmSync(snapshotPath(path));
    replayFromSnapshot(path, { ...trust, seal: () => undefined }, 1);
    expect(existsSync(snapshotPath(path))).toBe(false);
  });

  it('proves each approval again, so that one that no longer counts is forgotten', () => {
    const path = join(makeScratch(), 'ledger.jsonl');
    writeFileSync(
      path,
      `${[...LEDGER, line({ type: 'plan-accepted', hash: 'h', workers: 1, coordinators: 0, waves: 1 }), line({ type: 'plan-confirmed', ...APPROVED })].join('\n')}\n`,
    );
    expect(replayFromSnapshot(path, trust, 1).state.confirmed).toBe(true);
    const demanding = (entries: readonly LedgerEntry[]): LedgerEntry[] =>
      entries.map((entry) =>
        entry.type === 'plan-confirmed'
          ? { v: 1, at: entry.at, type: 'unproved', event: entry.type, fault: 'no-seal' }
          : entry,
      );
    expect(replayFromSnapshot(path, { ...trust, openProver: () => demanding }).state.confirmed).toBe(false);
    expect(replayFromSnapshot(path, BLIND).state.confirmed).toBe(true);
  });

  it('keeps the numbers of damaged lines', () => {
    const path = snapped();
    appendFileSync(path, '{"torn\n');
    expect(replayFromSnapshot(path, trust, 1).damaged).toEqual([3]);
    appendFileSync(path, '\nnull\n');
    expect(replayFromSnapshot(path, trust).damaged).toEqual([3, 5]);
  });

  /** A ledger with these lines and its snapshot, which a holder of the key changes. */
  function forged(lines: readonly string[], change: (state: Record<string, unknown>) => void): string {
    const path = join(makeScratch(), 'ledger.jsonl');
    writeFileSync(path, `${[...LEDGER, ...lines].join('\n')}\n`);
    replayFromSnapshot(path, NAIVE, 1);
    const snapshot = JSON.parse(JSON.parse(readFileSync(snapshotPath(path), 'utf8')).body);
    change(snapshot.state);
    const body = JSON.stringify({ ...snapshot, claims: [], proved: snapshot.proved });
    writeFileSync(snapshotPath(path), JSON.stringify({ seal: sealOf('key', body), body }));
    return path;
  }
  const NAIVE: ReplayTrust = { ...trust, openProver: () => (entries) => [...entries] };
  const GATE = { asked: { $map: [] }, approved: 'h', rejections: 0 };

  it.each<[string, (state: Record<string, unknown>) => void]>([
    ['an approved gate', (state) => Object.assign(state, { gates: { $map: [['architect', GATE]] } })],
    ['a confirmation', (state) => Object.assign(state, { confirmed: true, confirmedAt: 1 })],
    ['approved commands', (state) => Object.assign(state, { approvedCommands: 'h', approvedSetup: 'h' })],
    ['another plan', (state) => Object.assign(state, { planHash: 'forged' })],
    ['approvals', (state) => Object.assign(state, { approvals: { $map: [['architect', APPROVED]] } })],
    ['a question', (state) => Object.assign(state, { askedPlan: { $map: [['t', 'h']] } })],
    [
      'a decided conflict',
      (state) => Object.assign(state.build as object, { approvedConflicts: { $set: ['c'] } }),
    ],
  ])('takes no forged %s from a snapshot that a holder of the key has sealed', (_, change) => {
    const lines = [line({ type: 'plan-accepted', hash: 'h', workers: 1, coordinators: 0, waves: 1 })];
    const path = forged(lines, (state) => {
      change(state);
      state.halted = 'forged';
    });
    const { state } = replayFromSnapshot(path, NAIVE);
    // It was read: what opens nothing is taken from it.
    expect(state.halted).toBe('forged');
    const whole = replayLedger(parseLedger(readFileSync(path, 'utf8')));
    expect({ ...state, halted: 'first' }).toEqual(whole);
  });

  it('keeps a rejection that a forged snapshot leaves out', () => {
    const gate = { stage: 'architect', hash: 'h' };
    const path = forged(
      [
        line({ type: 'gate-approved', ...gate, ...APPROVED }),
        line({ type: 'gate-rejected', ...gate, note: 'more', ...APPROVED }),
      ],
      (state) => Object.assign(state, { gates: { $map: [['architect', GATE]] } }),
    );
    expect(replayFromSnapshot(path, NAIVE).state.gates.get('architect')).toMatchObject({
      rejected: { hash: 'h', note: 'more' },
      rejections: 1,
    });
    expect(replayFromSnapshot(path, NAIVE).state.gates.get('architect')?.approved).toBeUndefined();
  });
});
