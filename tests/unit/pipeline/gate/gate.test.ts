import { describe, expect, it } from 'vitest';
import { summarizeContract } from '../../../../src/contract/contract-summary.ts';
import { verbatim } from '../../../../src/findings/verbatim.ts';
import {
  checkGateNote,
  gateStatus,
  parseGateStage,
  questionsAskedAt,
} from '../../../../src/pipeline/gate/gate.ts';
import { summarizeShipment } from '../../../../src/pipeline/gate/shipment-summary.ts';
import { describeSubject, gateText } from '../../../../src/pipeline/gate/wording.ts';
import { applyBuildEvent, emptyBuild, moduleOf } from '../../../../src/run/ledger/build-state.ts';
import { type CallOrigin, hashToken, proveHuman } from '../../../../src/run/ledger/human-proof.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { replayLedger } from '../../../../src/run/ledger/state.ts';
import { approvalOf } from '../../../harness/approvals.ts';

const stage = 'architect';
const fold = (...events: RunEvent[]) =>
  replayLedger(events.map((event) => ({ v: 1, at: '2026-01-01T00:00:00.000Z', ...event })));
const approved = (hash: string): RunEvent => ({
  type: 'gate-approved',
  ...{ stage, hash },
  ...approvalOf({ stage, hash }),
});
const rejected = (hash: string): RunEvent => ({
  type: 'gate-rejected',
  stage,
  hash,
  note: 'no',
  ...approvalOf({ stage, hash, action: 'reject' }),
});

describe('the state of a gate', () => {
  it.each<[string, RunEvent[], string]>([
    ['no decision was made', [], 'closed'],
    ['this commit was approved', [approved('now')], 'open'],
    ['something else was approved', [approved('then')], 'stale'],
    ['this commit was rejected', [rejected('now')], 'rejected'],
    ['something else was rejected', [rejected('then')], 'closed'],
    ['it was approved and then rejected', [approved('now'), rejected('now')], 'rejected'],
    ['it was rejected and then approved', [rejected('now'), approved('now')], 'open'],
    ['a change of what was approved was rejected', [approved('then'), rejected('now')], 'rejected'],
    ['a change was rejected and taken back', [approved('now'), rejected('then')], 'open'],
    ['another gate was approved', [{ ...approved('now'), stage: 'ship' } as RunEvent], 'closed'],
  ])('%s', (_name, events, expected) => {
    expect(gateStatus(fold(...events), stage, 'now')).toBe(expected);
  });

  it('is not changed by looking', () => {
    const state = fold();
    expect([gateStatus(state, stage, 'now'), questionsAskedAt(state, stage).size]).toEqual(['closed', 0]);
    expect(state.gates.size).toBe(0);
  });

  it('forgets every token with an answer', () => {
    const asked: RunEvent = { type: 'gate-asked', stage, hash: 'now', token: 't' };
    expect(questionsAskedAt(fold(asked), stage).get('t')).toBe('now');
    expect(questionsAskedAt(fold(asked, approved('now')), stage).size).toBe(0);
    expect(questionsAskedAt(fold(asked, rejected('now')), stage).size).toBe(0);
  });
});

describe('the answer of a human', () => {
  const asked = new Map([[hashToken('right'), 'now']]);
  const speaker = (more: Partial<CallOrigin>): CallOrigin => ({
    isSession: false,
    isAgent: false,
    isTerminal: false,
    ...more,
  });

  it.each<[string, Partial<CallOrigin>, string | undefined]>([
    ['a terminal of one’s own', { isTerminal: true }, 'terminal'],
    ['no terminal', {}, undefined],
    ['a terminal inside a session', { isTerminal: true, isSession: true }, undefined],
    ['the token of a question', { isSession: true, tokenHash: hashToken('right') }, 'asked'],
    ['an invented token', { isSession: true, tokenHash: hashToken('wrong') }, undefined],
    ['an agent', { isAgent: true, isTerminal: true }, undefined],
    ['an agent with a token', { isAgent: true, tokenHash: hashToken('right') }, undefined],
  ])('%s', (_name, more, expected) => {
    expect(proveHuman(speaker(more), asked, 'now')).toBe(expected);
  });

  it('counts for what was shown alone', () => {
    const answer = speaker({ isSession: true, tokenHash: hashToken('right') });
    expect(proveHuman(answer, asked, 'changed')).toBeUndefined();
  });
});

describe('an answer', () => {
  it('names a stage by its name or number', () => {
    expect(['architect', '1', 'SHIP', '6', '1b', 'build', ''].map(parseGateStage)).toEqual([
      'architect',
      'architect',
      'ship',
      'ship',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('needs a note to be a no, of a length that a prompt can take', () => {
    const codes = (result: ReturnType<typeof checkGateNote>) =>
      result.ok ? result.value : result.diagnostics.map(({ code }) => code).join();
    expect(codes(checkGateNote('approve', stage))).toBe('');
    expect(codes(checkGateNote('approve', stage, ' fine '))).toBe('fine');
    expect(codes(checkGateNote('reject', stage, '  '))).toBe('gate-note-missing');
    expect(codes(checkGateNote('reject', stage, 'Smaller'))).toBe('Smaller');
    expect(codes(checkGateNote('reject', stage, 'x'.repeat(2001)))).toBe('gate-note-long');
  });
});

describe('the text that a human is shown', () => {
  const lock = (lock_level: string, more: object = {}) => ({ lock_level, ...more });

  it('has every command that will run, exactly, and nothing hidden in it', () => {
    const hidden = `npm test \u202e# ${'x'.repeat(500)}\nrm -rf /`;
    const lines = summarizeContract(
      new Map([
        [
          'modules.json',
          JSON.stringify({
            project: 'Shop',
            test_command: hidden,
            integration_test_command: 'npm run all',
            modules: [{ name: 'auth' }, { name: 'pay', test_command: 'pytest -q' }],
          }),
        ],
        [
          'locks.json',
          JSON.stringify({
            decisions: { db: lock('critical', { check: { command: 'grep -r pg src' } }) },
            interfaces: { auth: lock('locked') },
          }),
        ],
      ]),
    );
    expect(lines).toEqual([
      'project: Shop',
      '2 modules: auth, pay',
      `runs on this machine, test command: npm test \\u{202e}# ${'x'.repeat(500)}\\u{a}rm -rf /`,
      'runs on this machine, integration test command: npm run all',
      'runs on this machine, test command of pay: pytest -q',
      'locks: 1 critical, 1 locked, 0 unlocked',
      'runs on this machine, check of lock db: grep -r pg src',
      '2 files in all',
    ]);
  });

  it('reads the flat form of locks, and says what is missing instead of failing', () => {
    const flat = { locks: [lock('critical', { name: 'db', check: { command: 'true' } }), 7, null] };
    const lines = summarizeContract(
      new Map([
        ['modules.json', '{"modules": 3'],
        ['locks.json', JSON.stringify(flat)],
      ]),
    );
    expect(lines).toContain('runs on this machine, test command: missing');
    expect(lines).toContain('locks: 1 critical, 0 locked, 0 unlocked');
    expect(lines).toContain('runs on this machine, check of lock db: true');
  });

  it('says of what ships what was merged, what the audit found and what is left', () => {
    const build = emptyBuild();
    expect(summarizeShipment(build)).toEqual([
      'audit of the integrated code: 0 critical, 0 major, 0 minor',
      '0 findings left for later',
    ]);
    const commit = 'c'.repeat(40);
    applyBuildEvent(build, { type: 'module-merged', module: 'auth', source: commit, commit });
    moduleOf(build, 'pay').backlog = Array.from({ length: 25 }, (_, n) => `Finding ${n}`);
    const findings = { critical: 0, major: 1, minor: 2 };
    const majors = [{ module: null, finding: 'Slow' }];
    applyBuildEvent(build, { type: 'hardened', child: 'x', commit, findings, majors, backlog: [] });
    const lines = summarizeShipment(build);
    expect(lines.slice(0, 4)).toEqual([
      'auth merged as cccccccccccc',
      'audit of the integrated code: 0 critical, 1 major, 2 minor',
      '26 findings left for later:',
      '- Finding 0 (QC of pay)',
    ]);
    expect(lines.at(-1)).toBe('… and 6 more');
  });

  it('has the worst of what is left first, each with its own severity, before the list is cut', () => {
    const build = emptyBuild();
    const minors = Array.from({ length: 30 }, (_, n) => `- [minor] Comment ${n}`);
    moduleOf(build, 'pay').backlog = [...minors, '- [major] Slow page'];
    const majors = [
      { module: null, finding: '- [major] Slow loop' },
      { module: null, finding: '- [critical] Key in the open' },
    ];
    const backlog = ['- [minor] Long line', '- [critical] Old key', 'not looked at: injection (no answer)'];
    const findings = { critical: 1, major: 1, minor: 1 };
    applyBuildEvent(build, { type: 'hardened', child: 'x', commit: 'c', findings, majors, backlog });
    const left = summarizeShipment(build).filter((line) => line.startsWith('- '));
    expect(left.slice(0, 6)).toEqual([
      '- [critical] Key in the open (audit)',
      '- [critical] Old key (audit)',
      '- [major] Slow page (QC of pay)',
      '- [major] Slow loop (audit)',
      '- not looked at: injection (no answer) (audit)',
      '- [minor] Comment 0 (QC of pay)',
    ]);
    expect(left).toHaveLength(20);
  });

  it('tells findings that were there before apart', () => {
    const build = emptyBuild();
    const findings = { critical: 0, major: 0, minor: 1 };
    const backlog = ['- [minor] Long line — src/pay.ts:1'];
    const earlier = ['- [major] Old key — old.ts:1', '- [minor] Long line — old.ts:2'];
    applyBuildEvent(build, {
      type: 'hardened',
      child: 'x',
      commit: 'c',
      findings,
      majors: [],
      backlog,
      earlier,
    });
    expect(summarizeShipment(build)).toEqual([
      'audit of the integrated code: 0 critical, 0 major, 1 minor',
      '1 finding left for later:',
      '- [minor] Long line — src/pay.ts:1 (audit)',
      "2 more findings in files that this build did not change, so they were there before: 0 critical, 1 major, 1 minor (the audit's report lists all)",
    ]);
  });

  it('leaves plain text of any language as it is', () => {
    expect(verbatim('npm test — größer 試 🙂')).toBe('npm test — größer 試 🙂');
    expect(verbatim('a\u0000b\u200b\u2028')).toBe('a\\u{0}b\\u{200b}\\u{2028}');
  });

  it('names the run, the stage and the hash', () => {
    const subject = {
      stage: 'ship' as const,
      hash: 'abc',
      isChecked: true,
      title: 'the branch',
      lines: ['1 merge'],
      files: ['/r'],
    };
    expect(describeSubject(subject)).toEqual([
      'ship (stage 6), abc: the branch',
      '  1 merge',
      '  to read: /r',
    ]);
    expect(describeSubject({ ...subject, isChecked: false })[0]).toContain('not checked yet');
    expect(gateText.ask('R', 'approve', [subject])).toContain('APPROVE the gate of run R');
    expect(gateText.ask('R', 'reject', [subject])).toContain('REJECT the work at the gate of run R');
    expect(gateText.ask('R', undefined, [subject])).toContain('Run this command');
    const setback = { built: 1, passed: 0, merged: 0, isAudited: true };
    expect(gateText.ask('R', 'reject', [subject], setback)).toContain(
      '1 module (0 passed QC, 0 merged), and the audit',
    );
  });
});
