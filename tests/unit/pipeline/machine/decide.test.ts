import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backlogBullets } from '../../../../src/pipeline/machine/backlog.ts';
import { decideBuild } from '../../../../src/pipeline/machine/decide.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { scaled } from '../../../harness/scale.ts';
import { blueprintOf, type Story, tell, withEvents } from '../simulation.ts';

const DIAMOND = { core: [], auth: ['core'], store: ['core'], api: ['auth', 'store'], web: [] };

const merged = (told: ReturnType<typeof tell>) =>
  told.events.flatMap((event) => (event.type === 'module-merged' ? [event.module] : []));

describe('the stages of a build', () => {
  it('follow each other from the architect to the curator', () => {
    const told = tell({ modules: DIAMOND });
    expect(told.end).toEqual({ kind: 'done' });
    expect(told.agents).toEqual([
      'architect',
      'trainer',
      'scaffold',
      ...['build-core', 'build-web', 'qc-core', 'qc-web'],
      ...['build-auth', 'build-store', 'qc-auth', 'qc-store'],
      ...['build-api', 'qc-api'],
      'shipper',
      'curator',
    ]);
    expect(told.steps.flatMap((step) => (step.kind === 'gate' ? [step.stage] : []))).toEqual([
      'architect',
      'ship',
    ]);
    expect(merged(told)).toEqual(['core', 'auth', 'store', 'api', 'web']);
  });

  it.each([
    ['architect', 'architect'],
    ['bootstrap', 'trainer'],
    ['scaffold', 'scaffold'],
    ['ship', 'shipper'],
    ['curate', 'curator'],
  ])('%s: work that fails its checks is repeated twice, then a human is needed', (stage, id) => {
    const fixed = tell({ modules: { a: [] }, checks: { [stage]: [false, false] } });
    expect(fixed.end.kind).toBe('done');
    expect(fixed.agents.filter((agent) => agent.startsWith(id))).toEqual([id, `${id}.2`, `${id}.3`]);
    const hopeless = tell({ modules: { a: [] }, checks: { [stage]: [false, false, false] } });
    expect(hopeless.end).toMatchObject({
      kind: 'stuck',
      command: expect.stringContaining(`${id}.3 --force`),
    });
  });

  it('a human grants one more attempt: a further agent gets it, with the fault in its prompt', () => {
    const told = tell({ modules: { a: [] }, checks: { architect: [false, false, false] }, retries: 1 });
    expect(told.end.kind).toBe('done');
    expect(told.agents.slice(0, 4)).toEqual(['architect', 'architect.2', 'architect.3', 'architect.4']);
  });

  it('what has moved since it was checked for shipping is checked again', () => {
    const told = tell({ modules: { a: [] } });
    const at = told.events.findIndex((event) => event.type === 'gate-approved' && event.stage === 'ship');
    const checked = told.events.find((event) => event.type === 'stage-checked' && event.stage === 'ship');
    const tip = checked?.type === 'stage-checked' ? checked.commit : '';
    const view = { ...told.view, snapshot: withEvents(told.view.snapshot, told.events.slice(0, at)) };
    expect(decideBuild({ ...view, integrationTip: tip })).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(decideBuild({ ...view, integrationTip: 'other' })).toEqual({
      kind: 'work',
      work: [{ do: 'check', stage: 'ship', by: 'shipper' }],
    });
  });

  it('a rejection makes a new architect, who does not use up a try', () => {
    const told = tell({ modules: { a: [] }, answers: ['no', 'no', 'no', 'yes'] });
    expect(told.end.kind).toBe('done');
    expect(told.agents.slice(0, 4)).toEqual(['architect', 'architect.2', 'architect.3', 'architect.4']);
  });

  it('a rejected shipper writes again, and what was built stays', () => {
    const told = tell({ modules: { a: [] }, answers: ['yes', 'no', 'yes'] });
    expect(told.end.kind).toBe('done');
    expect(told.agents.slice(-3)).toEqual(['shipper', 'shipper.2', 'curator']);
    expect(merged(told)).toEqual(['a']);
  });
});

describe('a module', () => {
  it('that QC sends back is built again, twice at most', () => {
    const fixed = tell({ modules: { a: [] }, verdicts: { a: ['fail-major', 'fail-major'] } });
    expect(fixed.end.kind).toBe('done');
    expect(fixed.agents.filter((id) => /^(build|qc)/.test(id))).toEqual([
      'build-a',
      'qc-a',
      'build-a.2',
      'qc-a.2',
      'build-a.3',
      'qc-a.3',
    ]);
  });

  it('that fails a third time stops, alone', () => {
    const told = tell({ modules: { a: [], b: [] }, verdicts: { a: Array(3).fill('fail-major') } });
    expect(told.end).toMatchObject({ kind: 'stuck', reason: expect.stringContaining('module a') });
    expect(told.agents).toContain('qc-b');
    expect(merged(told)).toEqual([]);
  });

  it('that stopped has a further builder after a human grants it', () => {
    const verdicts = { a: Array(3).fill('fail-major') };
    const told = tell({ modules: { a: [] }, verdicts, retries: 1 });
    expect(told.end.kind).toBe('done');
    expect(told.agents).toContain('build-a.4');
    expect(told.agents.filter((id) => id === 'build-a.3')).toHaveLength(1);
  });

  it('does not begin while something that it needs, directly or not, is being fixed', () => {
    const told = tell({ modules: { core: [], auth: ['core'], api: ['auth'] } });
    const isOf = (name: string) => (event: RunEvent) =>
      event.type === 'module-judged' && event.module === name;
    const upTo = told.events.slice(0, told.events.findIndex(isOf('auth')) + 1);
    const core = told.events.find(isOf('core'));
    const source = core?.type === 'module-judged' ? core.commit : '';
    const failed: RunEvent = {
      ...{ type: 'merge-failed', module: 'core', source, onto: 'c' },
      trouble: { kind: 'tests', command: 'npm test', end: 'exit code 1', tail: '' },
    };
    const begun = decideBuild({ ...told.view, snapshot: withEvents(told.view.snapshot, upTo) });
    expect(begun).toEqual({ kind: 'work', work: [{ do: 'begin', module: 'api' }] });
    const twice = withEvents(told.view.snapshot, [...upTo, failed, failed]);
    expect(decideBuild({ ...told.view, snapshot: twice })).toEqual({
      kind: 'work',
      work: [{ do: 'extend', role: 'builder', module: 'core' }],
    });
    // Two modules that begin at once find the same conflict: it is one.
    expect(twice.state.build.modules.get('core')?.failures).toBe(1);
  });

  it('that is blocked stops, alone, and is built again with the resolution', () => {
    const told = tell({ modules: { a: [], b: [] }, blocked: { a: [true] } });
    expect(told.end.kind).toBe('done');
    expect(told.agents.indexOf('qc-b')).toBeLessThan(told.agents.indexOf('build-a.2'));
    expect(told.agents).not.toContain('qc-a.2');
  });

  it('whose merge breaks the tests goes back to its builder and through QC; earlier merges stay', () => {
    const told = tell({ modules: { a: [], b: ['a'] }, merges: { b: ['tests'] } });
    expect(told.end.kind).toBe('done');
    expect(told.agents.slice(-4)).toEqual(['build-b.2', 'qc-b.2', 'shipper', 'curator']);
    expect(merged(told)).toEqual(['a', 'b']);
  });

  it('whose merge conflicts is explained once before', () => {
    const told = tell({ modules: { a: [], b: [] }, merges: { b: ['conflicts'] } });
    expect(told.end.kind).toBe('done');
    const ids = told.agents.filter((id) => id.includes('-b'));
    expect(ids).toEqual(['build-b', 'qc-b', 'explain-b', 'build-b.2', 'qc-b.2']);
  });

  it('with a major finding in the audit has one fix cycle; the audit looks again', () => {
    const told = tell({ modules: { a: [], b: [] }, majors: [['a'], ['a']] });
    expect(told.end.kind).toBe('done');
    expect(told.done.filter((work) => work.do === 'begin-hardening')).toHaveLength(2);
    expect(told.agents.filter((id) => id.startsWith('build-a'))).toEqual(['build-a', 'build-a.2']);
    expect(merged(told)).toEqual(['a', 'b', 'a']);
  });
});

const audits = (told: ReturnType<typeof tell>) =>
  told.done.filter((work) => work.do === 'begin-hardening').length;
const later = (told: ReturnType<typeof tell>, id: string) => told.agents.slice(told.agents.indexOf(id) + 1);

describe('what the audit finds', () => {
  it('of no module is fixed once in the integration worktree; the audit looks again', () => {
    const told = tell({ modules: { a: [] }, majors: [[null]] });
    expect(told.end.kind).toBe('done');
    expect(later(told, 'qc-a')).toEqual(['scaffold.2', 'shipper', 'curator']);
    expect(audits(told)).toBe(2);
    expect(backlogBullets(told.view)).toEqual([]);
  });

  it('after that is left for later, where it is not critical', () => {
    const told = tell({ modules: { a: [] }, majors: [[null], [null, 'a']] });
    expect(told.end.kind).toBe('done');
    expect(later(told, 'qc-a')).toEqual(['scaffold.2', 'shipper', 'curator']);
    expect(backlogBullets(told.view)).toEqual(['- [major] Slow in null', '- [major] Slow in a']);
  });

  it('of a module and of none is fixed before the audit looks again', () => {
    const told = tell({ modules: { a: [] }, majors: [['a', null]] });
    expect(told.end.kind).toBe('done');
    expect(later(told, 'qc-a')).toEqual(['build-a.2', 'qc-a.2', 'scaffold.2', 'shipper', 'curator']);
    expect(audits(told)).toBe(2);
  });

  it('is fixed until the engine finds that it holds, or a human is needed', () => {
    const fixed = tell({ modules: { a: [] }, majors: [[null]], checks: { harden: [false, false] } });
    expect(fixed.end.kind).toBe('done');
    expect(later(fixed, 'qc-a').slice(0, 3)).toEqual(['scaffold.2', 'scaffold.3', 'scaffold.4']);
    const checks = { scaffold: [false], harden: [false, false, false] };
    const hopeless = tell({ modules: { a: [] }, majors: [[null]], checks });
    expect(hopeless.end).toMatchObject({
      kind: 'stuck',
      command: expect.stringContaining('scaffold.5 --force'),
    });
    const granted = tell({ modules: { a: [] }, majors: [[null]], checks, retries: 1 });
    expect(granted.end.kind).toBe('done');
    expect(granted.agents).toContain('scaffold.6');
  });

  it.each([null, 'a'])('is fixed after a halt where it is critical: %s', (owner) => {
    const told = tell({ modules: { a: [] }, criticals: [[owner]] });
    expect(told.end.kind).toBe('done');
    expect(later(told, 'qc-a')[0]).toBe(owner === null ? 'scaffold.2' : 'build-a.2');
    expect(audits(told)).toBe(2);
  });

  it.each([null, 'a'])('and is critical again needs a human, who fixes it: %s', (owner) => {
    const criticals = [[owner], [owner]];
    const told = tell({ modules: { a: [] }, criticals });
    expect(told.end).toEqual({
      kind: 'stuck',
      reason: expect.stringContaining('/builds/integration and commit'),
      command: expect.stringMatching(/^sao run \S+$/),
    });
    expect(told.end).toMatchObject({ reason: expect.stringContaining(`Slow in ${owner}`) });
    expect(told.agents).not.toContain('shipper');
    const fixed = tell({ modules: { a: [] }, criticals, amends: 1 });
    expect(fixed.end.kind).toBe('done');
    expect(audits(fixed)).toBe(3);
    const again = tell({ modules: { a: [] }, criticals: [...criticals, [owner]], amends: 1 });
    expect(again.end.kind).toBe('stuck');
    expect(audits(again)).toBe(3);
  });

  it('an audit without a result in a domain is repeated, and only a full one counts as the first', () => {
    const told = tell({ modules: { a: [] }, uncovered: [true, true], majors: [[], [], ['a']] });
    expect(told.end.kind).toBe('done');
    // Two without a result, the first full one, and one after the fix of its finding.
    expect(audits(told)).toBe(4);
    expect(told.agents.filter((id) => id.startsWith('build-a'))).toEqual(['build-a', 'build-a.2']);
    const at = told.events.findIndex(({ type }) => type === 'hardened');
    const view = { ...told.view, snapshot: withEvents(told.view.snapshot, told.events.slice(0, at + 2)) };
    expect(decideBuild({ ...view, integrationTip: 'any' })).toEqual({
      kind: 'work',
      work: [{ do: 'begin-hardening' }],
    });
  });

  it('does not ship although its builder has changed nothing', () => {
    const told = tell({ modules: { a: [] }, criticals: [['a']] });
    const at = told.events.findIndex(({ type }) => type === 'hardened');
    const merge = told.events.find((event) => event.type === 'module-merged');
    const source = merge?.type === 'module-merged' ? merge.source : '';
    const extension: RunEvent = { type: 'plan-extended', stage: 'build', agents: ['build-a.2', 'qc-a.2'] };
    const same: RunEvent = {
      ...{ type: 'module-judged', module: 'a', builder: 'build-a.2', by: 'qc-a.2', verdict: 'pass' },
      ...{ commit: source, reasons: [], findings: [], backlog: [] },
    };
    const events = [...told.events.slice(0, at + 1), { type: 'resumed' } as const, extension, same];
    const audited = told.events[at];
    const tip = audited?.type === 'hardened' ? audited.commit : '';
    const view = { ...told.view, snapshot: withEvents(told.view.snapshot, events), integrationTip: tip };
    expect(decideBuild(view).kind).toBe('stuck');
    expect(decideBuild({ ...view, integrationTip: 'fixed' })).toEqual({
      kind: 'work',
      work: [{ do: 'begin-hardening' }],
    });
  });
});

const graph = fc
  .integer({ min: 1, max: 6 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, n) => fc.subarray(Array.from({ length: n }, (_, m) => `m${m}`))),
    ),
  )
  .map((needs) => Object.fromEntries(needs.map((list, n) => [`m${n}`, list])));

const story: fc.Arbitrary<Story> = graph.chain((modules) => {
  const each = <T>(values: fc.Arbitrary<T>) =>
    fc
      .tuple(...Object.keys(modules).map(() => fc.array(values, { maxLength: 5 })))
      .map((lists) => Object.fromEntries(lists.map((list, n) => [`m${n}`, list])));
  return fc.record({
    modules: fc.constant(modules),
    verdicts: each(fc.constantFrom('pass' as const, 'fail-major' as const, 'fail-critical' as const)),
    merges: each(fc.constantFrom('merged' as const, 'conflicts' as const, 'tests' as const)),
    blocked: each(fc.boolean()),
    majors: fc.array(fc.subarray([...Object.keys(modules), null]), { maxLength: 3 }),
    criticals: fc.array(fc.subarray([...Object.keys(modules), null]), { maxLength: 4 }),
    uncovered: fc.array(fc.boolean(), { maxLength: 3 }),
    amends: fc.integer({ min: 0, max: 3 }),
    answers: fc.array(fc.constantFrom('yes' as const, 'no' as const), { maxLength: 4 }),
  });
});

/** Merges of commits that QC has not passed before. */
function unjudged(events: readonly RunEvent[]): string[] {
  const passed = new Set<string>();
  return events.flatMap((event) => {
    if (event.type === 'module-judged' && event.verdict === 'pass') passed.add(event.commit);
    return event.type === 'module-merged' && !passed.has(event.source) ? [event.source] : [];
  });
}

/** How many critical findings the audit before a shipment had. */
function criticalAtShipment(events: readonly RunEvent[]): number {
  const at = events.findIndex(({ type }) => type === 'shipped');
  const last = events.slice(0, Math.max(0, at)).findLast((event) => event.type === 'hardened');
  return last?.type === 'hardened' ? last.findings.critical : 0;
}

/** Modules that were merged before something that they need. */
function tooEarly(order: readonly string[], needs: Story['modules']): string[] {
  return order.filter((name, at) =>
    (needs[name] ?? []).some((needed) => !order.slice(0, at).includes(needed)),
  );
}

describe('any sequence of events', () => {
  it('a build ends, merges only what passed, each module after what it needs, and ships nothing critical', () => {
    fc.assert(
      fc.property(story, (given) => {
        const told = tell(given);
        expect(['done', 'stuck']).toContain(told.end.kind);
        expect(told.steps.length).toBeLessThan(400);
        const first = merged(told);
        expect(unjudged(told.events)).toEqual([]);
        expect(criticalAtShipment(told.events)).toBe(0);
        expect(tooEarly(first, given.modules)).toEqual([]);
        if (told.end.kind === 'done') expect(new Set(first)).toEqual(new Set(Object.keys(given.modules)));
        expect(blueprintOf(given.modules).assemblyOrder.slice().sort()).toEqual(
          Object.keys(given.modules).sort(),
        );
      }),
      { numRuns: scaled(60, 300) },
    );
  });
});
