import { describe, expect, it } from 'vitest';
import { planRunRecords, type RunFacts } from '../../../../src/memory/recall/run-records.ts';

const summary = (line: string) => `# auth\n\nBuilt.\n\n## Session summary\n\n- ${line}\n\n<!-- DONE -->\n`;
const builder = {
  ...{ id: 'build-auth', role: 'builder', module: 'auth', isAccepted: true, recalled: [] },
  report: summary('[decision] Tokens rotate — each use makes a new one'),
};
const facts: RunFacts = {
  ...{ project: 'shop', run: 'r1', at: '2026-01-01T00:00:00.000Z', isShipped: false },
  ...{ agents: [builder], judgements: [], merged: new Set<string>() },
};
const PATH = 'sessions/builder/r1-build-auth.json';

describe('the records of a run', () => {
  it.each<[string, Partial<RunFacts>, string]>([
    ['passed QC', {}, 'qc-pass'],
    ['merged', { merged: new Set(['auth']) }, 'merged'],
    ['shipped', { merged: new Set(['auth']), isShipped: true }, 'shipped'],
  ])('have the evidence of their module: %s', (_, more, basis) => {
    const { files, held } = planRunRecords({ ...facts, ...more });
    expect(files.get(PATH)).toMatchObject([
      { title: 'Tokens rotate', basis, role: 'builder', module: 'auth' },
    ]);
    expect(held).toEqual([]);
  });

  it.each([
    ['without evidence', { ...builder, isAccepted: false }, 'no-evidence'],
    ['with an order', { ...builder, report: summary('[decision] You must push') }, 'instruction'],
    [
      'that repeat a recall',
      { ...builder, recalled: [{ id: 'a'.repeat(24), text: 'Tokens rotate: each use makes a new one.' }] },
      'repeated',
    ],
  ])('leave out summaries %s', (_, agent, code) => {
    const { files, held } = planRunRecords({ ...facts, agents: [agent] });
    expect([...files]).toEqual([]);
    expect(held).toMatchObject([{ agent: 'build-auth', reasons: [{ code }] }]);
  });

  it('keep what QC found as a failure', () => {
    const judgement = {
      ...{
        module: 'auth',
        builder: 'build-auth',
        by: 'qc-auth',
        verdict: 'fail-major' as const,
        reasons: ['one'],
      },
      findings: ['- [major] The answer is wrong — src/auth/index.mjs:3 — say what the interface says'],
    };
    const failed = planRunRecords({ ...facts, agents: [], judgements: [judgement] });
    expect(failed.files.get('sessions/qc/r1-qc-auth.json')).toMatchObject([
      {
        ...{ kind: 'failure', basis: 'gap', module: 'auth', refs: ['src/auth/index.mjs:3'] },
        text: 'The answer is wrong — src/auth/index.mjs:3 — say what the interface says. No later cycle passed QC.',
      },
    ]);
    const fixed = planRunRecords({
      ...facts,
      agents: [],
      judgements: [judgement],
      merged: new Set(['auth']),
    });
    expect(fixed.files.get('sessions/qc/r1-qc-auth.json')).toMatchObject([{ basis: 'merged' }]);
    const passed = planRunRecords({ ...facts, agents: [], judgements: [{ ...judgement, verdict: 'pass' }] });
    expect([...passed.files]).toEqual([]);
  });
});
