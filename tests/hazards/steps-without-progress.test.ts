import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advanceBuild, readNextStep } from '../../src/pipeline/drive/advance.io.ts';
import { openEngine } from '../../src/pipeline/drive/open.io.ts';
import type { Engine } from '../../src/pipeline/machine/engine.io.ts';
import type { Work } from '../../src/pipeline/machine/step.ts';
import { parseLedger } from '../../src/run/ledger/events.ts';
import { catchExpectedError } from '../../src/system/result.ts';
import { Shop } from '../harness/builds.ts';
import { earlierPlan, writeEarlierPlan } from '../harness/earlier-plan.ts';
import { findBuild } from '../harness/sao.ts';

const KINDS: readonly Work['do'][] = [
  'extend',
  'check',
  'begin',
  'examine',
  'judge',
  'merge',
  'begin-hardening',
  'end-hardening',
  'ship',
  'bring-home',
  'report',
];

/** How a build ended whose step is performed without an effect, and the kinds of work of each time. */
interface Stop {
  ended: Awaited<ReturnType<typeof catchExpectedError>>;
  performed: Work['do'][][];
}

let shop: Shop;
let engine: Engine;
/** The disk of a build at a step of each kind: its ledger and plan. */
const states = new Map<Work['do'], { ledger: string; plan: string }>();
let atShipping: Stop;

const pathOf = (name: 'ledger.jsonl' | 'plan.json') => join(shop.dir, name);
const readText = (name: 'ledger.jsonl' | 'plan.json') => readFileSync(pathOf(name), 'utf8');

async function performNothing(own = engine): Promise<Stop> {
  const performed: Work['do'][][] = [];
  const ended = await catchExpectedError(() =>
    advanceBuild(own, async (_engine, _view, work) => void performed.push(work.map((each) => each.do))),
  );
  return { ended, performed };
}

function restore(kind: Work['do']): void {
  const { ledger, plan } = states.get(kind) ?? { ledger: '', plan: '' };
  writeFileSync(pathOf('ledger.jsonl'), ledger);
  writeEarlierPlan(shop.dir, plan);
}

beforeAll(async () => {
  shop = new Shop(findBuild().path, { modules: ['core'], lifetime: 'kept' });
  shop.begin();
  shop.approve('architect');
  shop.carryOn();
  shop.approve('ship');
  const context = {
    env: shop.env,
    now: () => new Date(),
    note: () => undefined,
    stdinIsTerminal: false,
    ask: async () => undefined,
  };
  engine = await openEngine({ dir: shop.dir }, context, new AbortController().signal);
  // Only here the tips of the branches are those that shipping needs.
  atShipping = await performNothing();
  expect(shop.carryOn().complete).toBe(true);
  const lines = readText('ledger.jsonl').trimEnd().split('\n');
  const whole = readText('plan.json');
  for (let count = 3; count <= lines.length; count += 1) {
    const ledger = `${lines.slice(0, count).join('\n')}\n`;
    const added = parseLedger(ledger).flatMap((entry) =>
      entry.type === 'plan-extended' ? entry.agents : [],
    );
    const plan = earlierPlan(whole, (id) => added.includes(id));
    writeFileSync(pathOf('ledger.jsonl'), ledger);
    writeEarlierPlan(shop.dir, plan);
    const { step } = readNextStep(engine);
    for (const { do: kind } of step.kind === 'work' ? step.work : [])
      if (!states.has(kind)) states.set(kind, { ledger, plan });
  }
}, 300_000);
afterAll(() => shop.discard());

describe('a step that changes nothing', { timeout: 60_000 }, () => {
  it.each(KINDS)('%s: stops after three repeats and is named', async (kind) => {
    if (kind !== 'ship') restore(kind);
    const { ended, performed } = kind === 'ship' ? atShipping : await performNothing();
    expect(ended).toMatchObject({ ok: false, diagnostics: [{ code: 'build-no-progress' }] });
    expect(ended.diagnostics[0]?.message).toContain(kind);
    expect(performed).toHaveLength(3);
    for (const kinds of performed) expect(kinds).toContain(kind);
  });

  it('is not kept from stopping by a checkout that changes all the time', async () => {
    restore('judge');
    let times = 0;
    // As a server does that the user has started there.
    const now = () => {
      times += 1;
      writeFileSync(join(shop.project, 'server.log'), `${times}\n`);
      return new Date();
    };
    const { ended } = await performNothing({ ...engine, now });
    expect(ended).toMatchObject({ ok: false, diagnostics: [{ code: 'build-no-progress' }] });
    expect(shop.events('project-seen').length).toBeLessThan(20);
  });
});
