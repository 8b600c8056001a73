import { describe, expect, it } from 'vitest';
import { describeStages } from '../../../../src/pipeline/machine/pipeline.ts';
import type { BuildView } from '../../../../src/pipeline/machine/step.ts';
import { type Story, tell, withEvents } from '../simulation.ts';

/** The state of the build right after its first halt, and after a human continued it. */
function halted(story: Story): { held: BuildView; after: BuildView } {
  const { events, view } = tell(story);
  const resumed = events.flatMap(({ type }, at) => (type === 'resumed' ? [at] : []))[0] ?? 0;
  const upTo = (end: number) => ({ ...view, snapshot: withEvents(view.snapshot, events.slice(0, end)) });
  return { held: upTo(resumed), after: upTo(resumed + 1) };
}

const now = (view: BuildView) => describeStages(view).find(({ state }) => state === 'now');

describe('the stage that a build is in', () => {
  it.each([null, 'a'])('is 5 while the audit has halted it: finding of %s', (owner) => {
    const { held } = halted({ modules: { a: [] }, criticals: [[owner]] });
    expect(now(held)).toMatchObject({ number: '5', detail: 'critical' });
    const built = describeStages(held).find(({ stage }) => stage === 'build');
    expect(built).toMatchObject({ state: 'done', detail: '1 of 1 module passed QC' });
  });

  it('is 3 while QC has halted it', () => {
    const { held } = halted({ modules: { a: [] }, verdicts: { a: ['fail-critical'] } });
    expect(now(held)?.number).toBe('3');
  });

  it('is the stage in which the finding is fixed after a human continues the build', () => {
    expect(now(halted({ modules: { a: [] }, criticals: [['a']] }).after)?.number).toBe('3');
    expect(now(halted({ modules: { a: [] }, criticals: [[null]] }).after)?.number).toBe('5');
  });

  it('stays 5 while a human has to fix critical findings', () => {
    const { view } = tell({ modules: { a: [] }, criticals: [[null], [null]] });
    expect(now(view)).toMatchObject({
      number: '5',
      detail: expect.stringContaining('integration and commit'),
    });
  });

  it('is 6 once no finding is left to fix', () => {
    const { view, events } = tell({ modules: { a: [] }, majors: [[null], [null]] });
    const at = events.findLastIndex(({ type }) => type === 'hardened');
    const snapshot = withEvents(view.snapshot, events.slice(0, at + 1));
    expect(now({ ...view, snapshot })?.number).toBe('6');
  });
});

describe('the stage of a delivered build', () => {
  it.each<[string, object, string]>([
    [
      'into the base branch',
      {},
      'shipped to main as cccccccccccc; its gate said: 3 new commits were merged in',
    ],
    [
      'as a pushed branch',
      { delivery: { remote: 'origin', branch: 'sao/x' } },
      'pushed to sao/x of origin as cccccccccccc, for main; its gate said: 3 new commits were merged in',
    ],
  ])('says where it is, and what was said before as such: %s', (_, more, detail) => {
    const { view } = tell({ modules: { a: [] } });
    const commit = 'c'.repeat(40);
    const remarks = ['3 new commits were merged in'];
    const check = {
      type: 'stage-checked',
      stage: 'ship',
      by: 'shipper',
      ok: true,
      hash: commit,
    } as const;
    const shipped = { type: 'shipped', base: 'main', commit, ...more } as const;
    const snapshot = withEvents(view.snapshot, [{ ...check, commit, faults: [], remarks }, shipped]);
    const line = describeStages({ ...view, snapshot }, { kind: 'done' }).find(
      ({ stage }) => stage === 'ship',
    );
    expect(line).toMatchObject({ state: 'done', detail });
  });
});
