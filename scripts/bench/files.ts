import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, formatMs, median, type Row, runOnce } from './measure.ts';

const SMALL = `# Report\n\n${'Some words about what was found here.\n'.repeat(40)}\n## Findings\n- [major] A thing — src/a.ts:1 — detail\n\n<!-- DONE -->\n`;

/** `sao verify` over many files, against the shell loop of the published procedure and against bounds of its own. */
export function benchVerify(folder: string, sao: string): Row[] {
  return [againstShell(folder, sao, []), againstShell(folder, sao, ['--json']), manyLarge(folder, sao)];
}

function againstShell(folder: string, sao: string, options: readonly string[]): Row {
  const run = join(folder, 'thousand');
  fill(run, 1000, SMALL);
  const loop = `for f in ${run}/workers/*.md; do [ -f "$f" ] || { echo "MISSING: $f"; continue; }; tail -1 "$f" | grep -q DONE || echo "INCOMPLETE: $f"; done`;
  const times = compare(
    () => runOnce('sh', ['-c', loop]).ms,
    () => runOnce(sao, ['verify', run, ...options]).ms,
    5,
  );
  return {
    what: `\`${['sao verify', ...options].join(' ')}\` of 1,000 workers against the shell loop (tail, grep)`,
    measured: `${formatMs(times.a)} / ${formatMs(times.b)} = ${times.ratio.toFixed(1)} times as fast`,
    bound: '≥ 10',
    holds: times.ratio >= 10,
  };
}

function manyLarge(folder: string, sao: string): Row {
  const run = join(folder, 'ten-thousand');
  fill(
    run,
    10_000,
    `# Report\n\n${'Some words about what was found here, at length.\n'.repeat(21_400)}\n<!-- DONE -->\n`,
  );
  const runs = Array.from({ length: 5 }, () => measured(sao, ['verify', run, '--json']));
  rmSync(run, { recursive: true });
  // Ten gigabytes of unwritten pages would slow down the next measurement.
  spawnSync('sync');
  const ms = median(runs.map((one) => one.ms));
  const mb = median(runs.map((one) => one.mb));
  return {
    what: '`sao verify --json` of 10,000 workers of 1 MB each',
    measured: `${formatMs(ms)}, ${mb.toFixed(0)} MB`,
    bound: '≤ 1 s, ≤ 150 MB',
    holds: ms <= 1000 && mb <= 150,
  };
}

function fill(run: string, count: number, text: string): void {
  mkdirSync(join(run, 'workers'), { recursive: true });
  const content = Buffer.from(text);
  for (let n = 1; n <= count; n++) writeFileSync(join(run, 'workers', `w${n}.md`), content);
}

/** Wall time and peak memory of one process, from the kernel's own accounting of the finished child. */
function measured(file: string, args: readonly string[]): { ms: number; mb: number } {
  const script =
    'import resource,subprocess,sys,time;t=time.time();subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL);print((time.time()-t)*1000,resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024)';
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const { stdout } = spawnSync('python3', ['-c', script, file, ...args], { encoding: 'utf8', env });
  const [ms = Number.NaN, mb = Number.NaN] = stdout.trim().split(' ').map(Number);
  return { ms, mb };
}
