import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openEngine } from '../../../src/pipeline/drive/open.io.ts';
import { readBuildView } from '../../../src/pipeline/machine/view.io.ts';
import { judgeModuleWork } from '../../../src/pipeline/stages/judge.io.ts';
import { readSnapshot } from '../../../src/run/dispatch/snapshot.io.ts';
import { bindSession } from '../../../src/run/ledger/sessions.io.ts';
import { onAgentStop } from '../../../src/session/hooks/return.io.ts';
import { answerNext } from '../../../src/session/next/answer.io.ts';
import { Shop } from '../../harness/builds.ts';
import { collectEnteredFiles } from '../../harness/entered-files.ts';
import { Bench, domainsOf, findBuild } from '../../harness/sao.ts';

/** The bounds hold what is reached; docs/architecture.md has the counts. Lower them when files merge, never raise them. */
const MAX_FILES = { next: 20, stop: 14, judge: 20 };

/** Files above the ground floor: a reader takes `system`, `source` and `findings` as libraries. */
const aboveGround = (files: readonly string[]) =>
  files.filter((path) => !/^(?:system|source|findings)\//.test(path));

const built = findBuild();

it('`sao next` of a confirmed run enters few files', async () => {
  const bench = new Bench(built.path);
  const { dir } = bench.plan(domainsOf([3, 3]));
  const root = join(bench.home, 'runs');
  const env = { ...bench.env, CLAUDE_CODE_SESSION_ID: 'session-1' };
  const files = await collectEnteredFiles(() =>
    answerNext({ dir, root }, {}, { env, now: () => new Date() }),
  );
  expect(files).toContain('run/dispatch/next.ts');
  expect(aboveGround(files).length, aboveGround(files).join('\n')).toBeLessThanOrEqual(MAX_FILES.next);
});

it('the stop of an agent in a session enters few files', async () => {
  const bench = new Bench(built.path);
  const { dir, id: run } = bench.plan(domainsOf([3, 3]));
  bindSession(join(bench.home, 'runs'), 'session-1', dir);
  bench.call('prompt', run, 'a1', '--start');
  writeFileSync(
    join(dir, 'workers/a1.md'),
    '# a1\n\nNothing found.\n\n## Findings\n- None.\n\n<!-- DONE -->\n',
  );
  const input = {
    hook_event_name: 'SubagentStop',
    session_id: 'session-1',
    cwd: bench.project,
    last_assistant_message: 'Done. Nothing found.',
  } as Parameters<typeof onAgentStop>[0];
  const env = { ...bench.env, SAO_AGENT_ID: 'a1', SAO_RUN_DIR: dir };
  const files = await collectEnteredFiles(() => onAgentStop(input, env, new Date()));
  expect(readSnapshot(dir, new Date()).state.agents.get('a1')?.last?.verdict).toBe('done');
  expect(aboveGround(files).length, aboveGround(files).join('\n')).toBeLessThanOrEqual(MAX_FILES.stop);
});

it('judging a module enters few files', { timeout: 120_000 }, async () => {
  const shop = new Shop(built.path, { modules: ['core', 'auth'] });
  shop.begin();
  shop.approve('architect');
  // The finding in the module that needs it ends the build: the stages that follow are no subject of this test.
  shop.carryOn('build-core=loud', 'qc-auth=critical');
  const lines = shop.ledger();
  const index = lines.findIndex((entry) => entry.type === 'module-judged' && entry.verdict === 'pass');
  const event = lines[index];
  if (event?.type !== 'module-judged') throw new Error('no module passed');
  const before = lines.slice(0, index).map((entry) => `${JSON.stringify(entry)}\n`);
  writeFileSync(join(shop.dir, 'ledger.jsonl'), before.join(''));
  const context = {
    env: shop.env,
    now: () => new Date(),
    note: () => undefined,
    stdinIsTerminal: false,
    ask: async () => undefined,
  };
  const engine = await openEngine({ dir: shop.dir }, context, new AbortController().signal);
  const view = readBuildView(readSnapshot(shop.dir, new Date()));
  const { module, builder, by: qc } = event;
  const files = await collectEnteredFiles(() =>
    judgeModuleWork(engine, view, { do: 'judge', module, builder, qc }),
  );
  expect(
    shop.events('module-judged').filter((judged) => judged.module === module && judged.verdict === 'pass'),
  ).toHaveLength(1);
  expect(aboveGround(files).length, aboveGround(files).join('\n')).toBeLessThanOrEqual(MAX_FILES.judge);
});
