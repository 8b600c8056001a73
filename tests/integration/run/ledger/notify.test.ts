import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { quoteCommand } from '../../../../src/system/command-line.ts';
import { Bench, domainsOf, findBuild } from '../../../harness/sao.ts';
import { waitUntil } from '../../../harness/wait.ts';

const APPEND = "require('fs').appendFileSync(process.argv[1], require('fs').readFileSync(0))";

/** A run of two workers, one of which becomes a gap; `notify` is this program. */
function carryOut(notify: (bench: Bench) => string) {
  const bench = new Bench(findBuild().path);
  const run = bench.plan(domainsOf([2]));
  const template = bench.fake('a1=nothing');
  bench.configure({ allowCommands: [template], notify: notify(bench) });
  const call = ['run', run.id, '--driver', 'command', '--command', template, '--unattended'];
  const ended = bench.call(...call);
  return { bench, run, ended };
}

it('tells each event that needs a human once, with its place in the ledger', async () => {
  const told = (bench: Bench) => join(bench.home, 'told.jsonl');
  const { bench, run } = carryOut((each) => quoteCommand([process.execPath, '-e', APPEND, told(each)]));
  bench.callWarm('report', run.id);
  const read = () =>
    existsSync(told(bench))
      ? readFileSync(told(bench), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  await waitUntil(() => read().length >= 2);
  const notices = read().sort((a, b) => a.offset - b.offset);
  expect(notices.map(({ kind }) => kind)).toEqual(['gap', 'ended']);
  const ledger = readFileSync(join(run.dir, 'ledger.jsonl'), 'utf8');
  for (const { offset, kind } of notices)
    expect(ledger.slice(0, offset).trimEnd().split('\n').at(-1)).toContain(
      kind === 'gap' ? '"type":"gap"' : '"type":"reported"',
    );
});

it('says in the status that the program cannot be started, and goes on', () => {
  const { bench, run, ended } = carryOut(() => '/no/such/program');
  expect(ended.stdout).toContain('1 gap');
  const { diagnostics } = JSON.parse(bench.callWarm('status', run.id, '--json').stdout);
  expect(diagnostics.map(({ code }: { code: string }) => code)).toContain('notify-failed');
});
