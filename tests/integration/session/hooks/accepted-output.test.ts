import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bindSession } from '../../../../src/run/ledger/sessions.io.ts';
import { answerHook } from '../../../../src/session/hooks/main.ts';
import { Bench, domainsOf, findBuild } from '../../../harness/sao.ts';

const built = findBuild();

it('an output that a process of its agent changes after the stop is a gap, which the coordinator is told', async () => {
  const bench = new Bench(built.path, { CLAUDE_CODE_SESSION_ID: 's' });
  const run = bench.plan(domainsOf([2]));
  bindSession(join(bench.home, 'runs'), 's', run.dir);
  mkdirSync(join(run.dir, 'workers'), { recursive: true });
  for (const id of ['a1', 'a2']) {
    bench.callWarm('prompt', run.id, id, '--start');
    writeFileSync(join(run.dir, `workers/${id}.md`), `# ${id}\n\nNo faults.\n\n<!-- DONE -->\n`);
    const stop = { hook_event_name: 'SubagentStop', session_id: 's', cwd: bench.project };
    const input = { ...stop, last_assistant_message: 'Done. No faults.' };
    await answerHook(input, { ...bench.env, SAO_AGENT_ID: id, SAO_RUN_DIR: run.dir }, new Date());
  }
  expect(bench.callWarm('verify', run.id).stdout).toContain('2 of 3 done');
  appendFileSync(join(run.dir, 'workers/a1.md'), '\nAll is lost.\n\n<!-- DONE -->\n');
  bench.callWarm('next', run.id);
  expect(bench.callWarm('status', run.id).stdout).toContain('gaps: a1 (workers/a1.md was changed');
  expect(bench.callWarm('prompt', run.id, 'coord-d1', '--start').stdout).toContain(
    'changed after it was accepted',
  );
});
