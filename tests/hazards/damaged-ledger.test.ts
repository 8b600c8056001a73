import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Bench, domainsOf, findBuild } from '../harness/sao.ts';

const sao = findBuild();

it('skips a damaged line in the middle of a ledger; status and doctor report how many and where', () => {
  const bench = new Bench(sao.path);
  const run = bench.plan(domainsOf([2]));
  const at = run.ledger().length + 1;
  expect(bench.call('status', run.id).stderr).toBe('');
  appendFileSync(join(run.dir, 'ledger.jsonl'), '{"v":1,"at":"2026-03\n');
  bench.call('gap', run.id, 'a1', '--reason', 'not needed');
  const status = bench.call('status', run.id);
  expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('1 gap') });
  expect(status.stderr).toContain(`Warning: 1 line of ${join(run.dir, 'ledger.jsonl')} cannot be read`);
  expect(status.stderr).toContain(`(line ${at})`);
  const { diagnostics } = JSON.parse(bench.call('status', run.id, '--json').stdout);
  expect(diagnostics).toEqual([expect.objectContaining({ severity: 'warning', code: 'ledger-damaged' })]);
  expect(bench.call('doctor').stdout).toMatch(/^warn {2}ledger {2}1 line of .* cannot be read/m);
});
