import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Verification } from '../../../src/run/status/verification.ts';
import { Bench, domainsOf, findBuild, type Run } from '../../harness/sao.ts';
import { waitUntil } from '../../harness/wait.ts';

const S = '<!-- DONE -->';
const REPORT = `# A\n\ntext\n\n## Findings\n- [major] Two words — a.ts:1 — x\n\n${S}\n`;
const sao = findBuild();

function verify(bench: Bench, ...args: string[]): { code: number | null; data: Verification } {
  const { code, stdout } = bench.callWarm('verify', ...args, '--json');
  return { code, data: JSON.parse(stdout).data as Verification };
}

const statuses = ({ agents }: Verification) =>
  Object.fromEntries(agents.map(({ id, status }) => [id, status]));

describe('a folder that another program filled', () => {
  function folder(bench: Bench): string {
    const dir = join(bench.home, 'foreign');
    mkdirSync(join(dir, 'workers', 'A6.md'), { recursive: true });
    const write = (name: string, text: string) => writeFileSync(join(dir, 'workers', name), text);
    write('A1.md', REPORT);
    write('A2.md', '# A\n\ntext\n');
    write('A3.md', `# ERROR\n\nno access\n${S}\n`);
    write('A4.md', `${S}\n`);
    write('.hidden.md', REPORT);
    write('notes.txt', 'x');
    writeFileSync(join(bench.home, 'elsewhere.md'), REPORT);
    symlinkSync(join(bench.home, 'elsewhere.md'), join(dir, 'workers', 'A5.md'));
    return dir;
  }

  it('is verified by its files; a link or a folder is no output', () => {
    const bench = new Bench(sao.path);
    const dir = folder(bench);
    const { code, data } = verify(bench, dir);
    expect(code).toBe(1);
    expect(statuses(data)).toEqual({
      A1: 'done',
      A2: 'incomplete',
      A3: 'failed',
      A4: 'empty',
      A5: 'missing',
      A6: 'missing',
    });
    expect(data).toMatchObject({
      run: dir,
      complete: false,
      counts: { done: 1, failed: 1, incomplete: 1, empty: 1, missing: 2 },
    });
    expect(data.agents[0]).toEqual({
      id: 'A1',
      status: 'done',
      path: join(dir, 'workers', 'A1.md'),
      attempt: 1,
      words: 13,
      findings: { critical: 0, major: 1, minor: 0 },
    });
  });

  it('names the ids that have no file', () => {
    const bench = new Bench(sao.path);
    const dir = folder(bench);
    expect(statuses(verify(bench, dir, 'A1', 'B7').data)).toEqual({ A1: 'done', B7: 'missing' });
    expect(verify(bench, dir, 'A1').code).toBe(0);
    expect(bench.call('verify', dir, 'B7').stdout).toContain(
      `- B7 missing: there is no regular file at ${dir}/workers/B7.md`,
    );
  });

  it('is found by a relative path, and marks estimates of large files', () => {
    const bench = new Bench(sao.path);
    mkdirSync(join(bench.project, 'out', 'workers'), { recursive: true });
    writeFileSync(
      join(bench.project, 'out', 'workers', 'big.md'),
      `# A\n${'word '.repeat(200_000)}\n${REPORT}`,
    );
    for (const given of ['out', './out', 'out/']) expect(verify(bench, given).code).toBe(0);
    const [big] = verify(bench, 'out').data.agents;
    expect(big).toMatchObject({
      status: 'done',
      estimated: true,
      findings: { critical: 0, major: 1, minor: 0 },
    });
    expect(Math.abs((big?.words ?? 0) - 200_000)).toBeLessThan(4_000);
  });

  it('with nothing in it is not complete', () => {
    const bench = new Bench(sao.path);
    mkdirSync(join(bench.project, 'out', 'workers'), { recursive: true });
    const { code, stderr } = bench.call('verify', 'out');
    expect(code).toBe(1);
    expect(stderr).toContain('nothing to verify');
  });

  it('whose workers/ is a link is refused', () => {
    const bench = new Bench(sao.path);
    mkdirSync(join(bench.project, 'out'));
    symlinkSync(folder(bench), join(bench.project, 'out', 'workers'));
    expect(bench.call('verify', 'out').code).toBe(2);
  });
});

describe('a run of ours', () => {
  function started(): { bench: Bench; run: Run } {
    const bench = new Bench(sao.path);
    const run = bench.plan(domainsOf([3]));
    return { bench, run };
  }
  const write = (run: Run, path: string, text = REPORT) => writeFileSync(join(run.dir, path), text);

  it('is verified by wave, by id, or whole with its coordinators; the ledger stays as it is', () => {
    const { bench, run } = started();
    const ledger = readFileSync(join(run.dir, 'ledger.jsonl'), 'utf8');
    for (const id of ['a1', 'a2', 'a3']) write(run, `workers/${id}.md`);
    expect(verify(bench, run.id, '--wave', '1')).toMatchObject({
      code: 0,
      data: { run: run.id, complete: true },
    });
    expect(statuses(verify(bench).data)).toEqual({
      a1: 'done',
      a2: 'done',
      a3: 'done',
      'coord-d1': 'missing',
    });
    write(run, 'synthesis/d1.md');
    expect(verify(bench, run.id.slice(0, 17)).code).toBe(0);
    expect(verify(bench, run.dir, 'coord-d1').code).toBe(0);
    expect(readFileSync(join(run.dir, 'ledger.jsonl'), 'utf8')).toBe(ledger);
  });

  it('counts an attempt, and no file without its final newline while that runs', () => {
    const { bench, run } = started();
    bench.callWarm('prompt', run.id, 'a1', '--start');
    write(run, 'workers/a1.md', REPORT.trimEnd());
    expect(verify(bench, run.id, 'a1').data.agents).toMatchObject([{ status: 'incomplete', attempt: 1 }]);
    write(run, 'workers/a1.md');
    expect(verify(bench, run.id, 'a1').code).toBe(0);
  });

  it('whose output is a link has no output there', () => {
    const { bench, run } = started();
    writeFileSync(join(bench.home, 'planted.md'), REPORT);
    symlinkSync(join(bench.home, 'planted.md'), join(run.dir, 'workers', 'a1.md'));
    expect(statuses(verify(bench, run.id, 'a1').data)).toEqual({ a1: 'missing' });
    expect(bench.call('next', run.id).stdout).toContain('a1');
  });

  it('says that only a line end is missing as long as the agent runs', () => {
    const { bench, run } = started();
    bench.callWarm('prompt', run.id, 'a1', '--start');
    writeFileSync(join(run.dir, 'workers/a1.md'), '# A\n\ntext\n\n<!-- DONE -->');
    expect(bench.callWarm('verify', run.id).stdout).toMatch(
      /^- a1 incomplete: \S+a1\.md has no line end after <!-- DONE -->, so it may still be written$/m,
    );
  });

  it('survives a torn line and an event of a newer engine', () => {
    const { bench, run } = started();
    const ledger = join(run.dir, 'ledger.jsonl');
    appendFileSync(
      ledger,
      '{"v":1,"at":"2027-01-01T00:00:00.000Z","type":"teleported","agent":"a1"}\n{"v":1,"at":"2027-01-0',
    );
    expect(verify(bench, run.id).code).toBe(1);
    expect(bench.callWarm('prompt', run.id, 'a1', '--start').code).toBe(0);
    const text = readFileSync(ledger, 'utf8');
    expect(text).toContain('teleported');
    expect(text).toMatch(/\{"v":1,"at":"2027-01-0\n\{"v":1,.*"dispatched"/);
    expect(bench.call('status', run.id).stdout).toContain('1 running');
  });
});

describe('--wait', () => {
  const write = (run: Run, id: string) => writeFileSync(join(run.dir, 'workers', `${id}.md`), REPORT);

  it('ends when the last output is there', async () => {
    const bench = new Bench(sao.path);
    const run = bench.plan(domainsOf([2]));
    for (const id of ['a1', 'a2']) bench.callWarm('prompt', run.id, id, '--start');
    const { ended } = bench.start('verify', run.id, '--wave', '1', '--wait', '--json');
    write(run, 'a1');
    write(run, 'a2');
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout).data.counts.done).toBe(2);
  });

  it('ends at its timeout', () => {
    const bench = new Bench(sao.path);
    const run = bench.plan(domainsOf([1]));
    bench.callWarm('prompt', run.id, 'a1', '--start');
    expect(bench.call('verify', run.id, '--wait', '--timeout', '1s').code).toBe(1);
  });

  it('does not wait for a retry that only its caller can dispatch, nor for a gap', () => {
    const bench = new Bench(sao.path);
    const run = bench.plan(domainsOf([2]));
    bench.callWarm('prompt', run.id, 'a1', '--start');
    write(run, 'a1');
    // Nothing runs any more: an hour would be the timeout.
    expect(bench.call('verify', run.id, '--wave', '1', '--wait', '--timeout', '1h').code).toBe(1);
    bench.call('gap', run.id, 'a2', '--reason', 'not needed');
    expect(bench.call('verify', run.id, 'a1', 'a2', '--wait', '--timeout', '1h').code).toBe(1);
  });

  it('waits for files of another program, also without a final newline', async () => {
    const bench = new Bench(sao.path);
    const workers = join(bench.project, 'out', 'workers');
    mkdirSync(workers, { recursive: true });
    const { ended } = bench.start('verify', 'out', 'A1', 'A2', '--wait');
    writeFileSync(join(workers, 'A1.md'), REPORT);
    writeFileSync(join(workers, 'A2.md'), REPORT.trimEnd());
    expect((await ended).code).toBe(0);
  });

  it('is interrupted with 130', async () => {
    const bench = new Bench(sao.path);
    const run = bench.plan(domainsOf([1]));
    bench.callWarm('prompt', run.id, 'a1', '--start');
    const { child, ended } = bench.start('status', run.id, '--watch');
    // Its first line says that it listens.
    child.stderr.once('data', () => child.kill('SIGINT'));
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain('1 running');
    expect(stdout).toContain('1 running');
  });
});

describe('a watched status', () => {
  it('stays before the start and between two waves, and ends with the run', async () => {
    const bench = new Bench(sao.path);
    const run = bench.plan(domainsOf([1]));
    const { child, ended } = bench.start('status', run.id, '--watch');
    let lines = '';
    child.stderr.on('data', (chunk) => {
      lines += chunk;
    });
    await waitUntil(() => /0 of 2 done, 2 ready/.test(lines));
    bench.callWarm('prompt', run.id, 'a1', '--start');
    await waitUntil(() => lines.includes('1 running'));
    writeFileSync(join(run.dir, 'workers/a1.md'), REPORT);
    await waitUntil(() => /wave 2 of 2, 1 of 2 done, 1 ready/.test(lines));
    expect(child.exitCode).toBeNull();
    bench.callWarm('prompt', run.id, 'coord-d1', '--start');
    writeFileSync(join(run.dir, 'synthesis/d1.md'), REPORT);
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(stdout).toContain('2 of 2 done; all agents have ended');
  });
});
