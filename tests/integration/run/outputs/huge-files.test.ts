import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, domainsOf, findBuild } from '../../../harness/sao.ts';

const built = findBuild();
const HUGE_BYTES = 2 * 1024 * 1024 * 1024;
/** Memory that a call may use, in kB; node alone needs 45,000 to 60,000. */
const MAX_RSS_KB = 200_000;
/** Options of node with which a process prints its largest memory at its end. */
function measureMemory(bench: Bench): void {
  const path = join(bench.home, 'measure.cjs');
  const line =
    "process.on('exit', () => process.stderr.write('\\nRSS=' + process.resourceUsage().maxRSS + '\\n'));";
  writeFileSync(path, line);
  bench.env.NODE_OPTIONS = `--require=${path}`;
}

/** A sparse file that holds text only at its start and end. */
function writeHuge(path: string, start: string, end: string): void {
  const fd = openSync(path, 'w');
  ftruncateSync(fd, HUGE_BYTES);
  writeSync(fd, start, 0);
  writeSync(fd, end, HUGE_BYTES - Buffer.byteLength(end));
  closeSync(fd);
}

interface Measured {
  code: number | null;
  stdout: string;
  rssKb: number;
}

function measure(bench: Bench, ...args: string[]): Measured {
  const { code, stdout, stderr } = bench.call(...args);
  return { code, stdout, rssKb: Number(/^RSS=(\d+)$/m.exec(stderr)?.[1]) };
}

const S = '<!-- DONE -->';
const CALLS = [
  ['verify'],
  ['verify', '--json'],
  ['status'],
  ['next'],
  ['gap', 'a2', '--reason', 'too large'],
  ['report'],
  ['report', '--format', 'html'],
];

describe('an output of 2 GB', () => {
  it('is never done, is a gap with the reason, and is read by no command as a whole', {
    timeout: 60_000,
  }, () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([2]));
    writeFileSync(join(run.dir, 'workers', 'a1.md'), `# A\n\nDone.\n\n## Findings\nNone.\n\n${S}\n`);
    writeHuge(join(run.dir, 'workers', 'a2.md'), '# A\n\n```\ncode\n', `\n\`\`\`\n${S}\n`);
    measureMemory(bench);
    const said = CALLS.map(([command = '', ...rest]) => {
      const { code, stdout, rssKb } = measure(bench, command, run.id, ...rest);
      expect(rssKb, command).toBeGreaterThan(20_000);
      expect(rssKb, command).toBeLessThan(MAX_RSS_KB);
      expect([0, 1], command).toContain(code);
      return stdout;
    });
    expect(said[0]).toContain('a2 incomplete: ');
    expect(said[0]).toContain(`has ${HUGE_BYTES} bytes, and an output has at most 16 MiB`);
    expect(said[5]).toMatch(/1 gap/);
  });

  it('of which a document is made is refused by name', { timeout: 60_000 }, () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([1]));
    writeHuge(join(run.dir, 'plan.json'), '{', '}');
    measureMemory(bench);
    const ended = bench.call('status', run.id);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain(`plan.json has ${HUGE_BYTES} bytes`);
    expect(Number(/^RSS=(\d+)$/m.exec(ended.stderr)?.[1])).toBeLessThan(MAX_RSS_KB);
  });

  it('in an audited project is named as not searched for secrets', { timeout: 60_000 }, () => {
    const bench = new Bench(built.path);
    writeHuge(join(bench.project, 'dump.sql'), 'a', 'z');
    measureMemory(bench);
    const { code, stdout, rssKb } = measure(bench, 'audit', '.', '--only', 'secrets');
    expect(code).toBe(0);
    expect(stdout).toContain('Not checked: 1 file is over 16 MiB and not searched for secrets: dump.sql');
    expect(rssKb).toBeLessThan(MAX_RSS_KB);
  });
});
