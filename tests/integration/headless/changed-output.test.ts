import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, domainsOf, findBuild, type Run } from '../../harness/sao.ts';

const built = findBuild();
const FORGED = '- [critical] forged — src/forged.ts:1 — added after the end\n';
const reasonIn = (run: string) =>
  `workers/a1.md was changed after it was accepted, so it does not count; \`sao retry ${run} a1\` repeats the agent`;

describe('an output that is changed after its agent has ended', () => {
  const carriedOut = (): { bench: Bench; run: Run; accepted: string } => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([2]));
    expect(run.carryOut(bench.fake()).code).toBe(0);
    const accepted = run.output('workers/a1.md');
    writeFileSync(join(run.dir, 'workers/a1.md'), accepted.replace('<!--', `${FORGED}\n<!--`));
    return { bench, run, accepted };
  };

  it('is named by verify and status, and is a gap of the report, which holds nothing of it', () => {
    const { bench, run } = carriedOut();
    const verified = bench.callWarm('verify', run.id);
    expect(verified.code).toBe(1);
    expect(verified.stdout).toContain('2 of 3 done (1 changed)');
    expect(verified.stdout).toMatch(/^- a1 changed: .*workers\/a1\.md was changed after it was accepted/m);
    expect(verified.stdout).toContain(`\`sao retry ${run.id} a1\` repeats the agent`);
    expect(bench.callWarm('status', run.id).stdout).toContain(`gaps: a1 (${reasonIn(run.id)})`);
    expect(bench.callWarm('next', run.id).stdout).toMatch(/^report|^done/);
    bench.callWarm('report', run.id);
    expect(run.output('report.md')).toContain(reasonIn(run.id));
    for (const report of ['report.md', 'report.json', 'report.sarif', 'report.html'])
      expect(run.output(report)).not.toContain('forged');
  });

  it('counts again once it is as it was accepted', () => {
    const { bench, run, accepted } = carriedOut();
    bench.callWarm('next', run.id);
    writeFileSync(join(run.dir, 'workers/a1.md'), accepted);
    expect(bench.callWarm('verify', run.id)).toMatchObject({ code: 0 });
    expect(bench.callWarm('status', run.id).stdout).toContain('3 of 3 done');
  });

  it('is made anew by sao retry, with the summary that was made from it; the changed file is kept', () => {
    const { bench, run } = carriedOut();
    const { stdout } = bench.callWarm('retry', run.id, 'a1');
    expect(stdout).toContain('a1: one more attempt; its file is kept as attempts/a1.1.md');
    expect(stdout).toContain('coord-d1: is repeated');
    expect(run.output('attempts/a1.1.md')).toContain('forged');
    expect(run.carryOut(bench.fake()).data.counts).toMatchObject({ done: 3, gaps: 0 });
    expect(run.output('workers/a1.md')).not.toContain('forged');
    expect(bench.callWarm('verify', run.id).code).toBe(0);
  });

  it('has a hash in the ledger that covers a large file to its last byte', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([1]));
    const large = join(bench.home, 'large');
    writeFileSync(
      large,
      '#!/bin/sh\n{ echo "# A"; head -c 600000 /dev/zero | tr "\\0" x; printf "\\n<!-- DONE -->\\n"; } >"$SAO_OUTPUT"\n',
      { mode: 0o755 },
    );
    run.carryOut(large);
    const path = join(run.dir, 'workers/a1.md');
    const bytes = readFileSync(path);
    expect(bench.callWarm('verify', run.id).code).toBe(0);
    bytes.write('y', 300_000);
    writeFileSync(path, bytes);
    expect(bench.callWarm('verify', run.id).stdout).toContain('1 changed');
  });
});

describe('a process of a worker that outlives it and writes to its accepted output', () => {
  it('reaches neither the coordinator nor the report of the same sao run', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([2]));
    const [ledger, output, mark] = [
      join(run.dir, 'ledger.jsonl'),
      join(run.dir, 'workers/a1.md'),
      join(bench.home, 'mark'),
    ];
    const lurker = join(bench.home, 'lurker');
    writeFileSync(
      lurker,
      `#!/bin/sh\nuntil grep -q '"returned","agent":"a1"' '${ledger}'; do sleep 0.05; done\necho '${FORGED}' >>'${output}'\n: >'${mark}'\n`,
      { mode: 0o755 },
    );
    const agent = join(bench.home, 'agent');
    writeFileSync(
      agent,
      `#!/bin/sh
case $SAO_AGENT_ID in
  a1) env -i PATH="$PATH" setsid '${lurker}' >/dev/null 2>&1 & ;;
  a2) until [ -e '${mark}' ]; do sleep 0.05; done ;;
esac
cat >'${bench.home}'/prompt-$SAO_AGENT_ID
printf '# %s\\n\\ntext\\n\\n<!-- DONE -->\\n' $SAO_AGENT_ID >"$SAO_OUTPUT"
`,
      { mode: 0o755 },
    );
    bench.configure({ sandbox: 'off', allowCommands: [agent] });
    const { stdout } = bench.call(
      'run',
      run.id,
      '--driver',
      'command',
      '--command',
      agent,
      '--unattended',
      '--json',
    );
    expect(run.output('workers/a1.md')).toContain('forged');
    const prompt = readFileSync(join(bench.home, 'prompt-coord-d1'), 'utf8');
    expect(prompt).not.toContain('forged');
    expect(prompt).toContain('changed after it was accepted');
    expect(JSON.parse(stdout).data).toMatchObject({
      counts: { done: 2, gaps: 1 },
      gaps: [{ id: 'a1', reason: reasonIn(run.id) }],
    });
  });
});
