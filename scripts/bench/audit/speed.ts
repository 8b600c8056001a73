// Measures an audit beside secretlint and ESLint with five plugins over the same JavaScript repository: CPU time of all processes, wall time, memory.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median } from '../measure.ts';

const PLUGINS = ['security', 'n', 'promise', 'no-unsanitized', 'regexp'];
const ROUNDS = 3;
const SAMPLE_MS = 20;
const MAX_CPU_RATIO = 1.5;
const MAX_MEMORY_MB = 250;

interface Cost {
  /** Seconds of CPU time of the program and all that it starts. */
  cpu: number;
  /** Seconds. */
  wall: number;
  /** The most resident memory of all its processes together, in MB. */
  memory: number;
}

/** Packages that a folder with the peers has in its `node_modules`. */
export const PEERS = [
  'eslint@10.15.0',
  'eslint-plugin-security@4.1.0',
  ...PLUGINS.slice(1).map((name) => `eslint-plugin-${name}`),
  'secretlint@12.0.0',
  '@secretlint/secretlint-rule-preset-recommend@12.0.0',
];

/** Returns the rows of the table. `peers`: a folder in which the packages of `PEERS` are installed. */
export async function measureSpeed(peers: string): Promise<string[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'sao-bench-'));
  try {
    const project = writeProject(join(scratch, 'project'), resolve(peers));
    const packages = join(resolve(peers), 'node_modules');
    const node = process.execPath;
    const runs = ['--runs-dir', join(scratch, 'runs')];
    const audit = [
      resolve('bin/sao'),
      'audit',
      '.',
      '--tools',
      'none',
      '--skip',
      'dependency-advisories',
      ...runs,
    ];
    const linters = [
      [node, join(packages, 'secretlint/bin/secretlint.js'), '**/*'],
      [node, join(packages, 'eslint/bin/eslint.js'), '.'],
    ];
    const rounds: { own: Cost; other: Cost }[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({ own: await measure([audit], project), other: await measure(linters, project) });
    return describe(rounds, countFiles(project));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

// The sources of ESLint itself, which come with the peers.
function writeProject(project: string, peers: string): string {
  cpSync(join(peers, 'node_modules/eslint'), project, {
    recursive: true,
    filter: (path) => !path.slice(path.indexOf('node_modules/eslint') + 19).includes('node_modules'),
  });
  const names = PLUGINS.map((name) => `load('eslint-plugin-${name}')`).join(', ');
  writeFileSync(
    join(project, 'eslint.config.cjs'),
    `const load = require('node:module').createRequire(${JSON.stringify(join(peers, 'x.js'))});
const names = ${JSON.stringify(PLUGINS)};
const plugins = [${names}].map((plugin) => plugin.default ?? plugin);
const rulesOf = (name, plugin) => Object.fromEntries(Object.keys(plugin.rules).map((rule) => [name + '/' + rule, 'warn']));
module.exports = plugins.map((plugin, i) => ({ files: ['**/*.js'], plugins: { [names[i]]: plugin }, rules: rulesOf(names[i], plugin) }));
`,
  );
  const preset = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend' }] };
  writeFileSync(join(project, '.secretlintrc.json'), JSON.stringify(preset));
  writeFileSync(join(project, '.gitignore'), 'node_modules\n');
  symlinkSync(join(peers, 'node_modules'), join(project, 'node_modules'));
  execFileSync('git', ['init', '-q'], { cwd: project });
  execFileSync('git', ['add', '-A'], { cwd: project });
  return project;
}

function countFiles(project: string): number {
  return execFileSync('git', ['ls-files'], { cwd: project, encoding: 'utf8' }).trim().split('\n').length;
}

// `times` of the shell counts the CPU time of everything that has ended below it.
async function measure(commands: readonly (readonly string[])[], cwd: string): Promise<Cost> {
  const quoted = commands.map((words) => `${words.map((word) => `'${word}'`).join(' ')} >/dev/null 2>&1`);
  const startedAt = performance.now();
  const shell = spawn('sh', ['-c', `${quoted.join('\n')}\ntimes`], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let [printed, memory] = ['', 0];
  shell.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  const sampler = setInterval(() => {
    memory = Math.max(memory, memoryBelow(shell.pid ?? 0));
  }, SAMPLE_MS);
  await new Promise((done) => shell.on('close', done));
  clearInterval(sampler);
  const [, children = ''] = printed.trim().split('\n');
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)]
    .map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds))
    .reduce((a, b) => a + b, 0);
  return { cpu, wall: (performance.now() - startedAt) / 1000, memory };
}

function memoryBelow(root: number): number {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim().split('\n');
  const processes = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const inside = new Set([root]);
  let [size, total] = [0, 0];
  while (size !== inside.size) {
    size = inside.size;
    for (const [pid = 0, parent = 0] of processes) if (inside.has(parent)) inside.add(pid);
  }
  for (const [pid = 0, , rss = 0] of processes) if (inside.has(pid)) total += rss;
  return total / 1000;
}

function describe(rounds: readonly { own: Cost; other: Cost }[], files: number): string[] {
  const of = (who: 'own' | 'other', what: keyof Cost) => median(rounds.map((round) => round[who][what]));
  const ratio = median(rounds.map(({ own, other }) => own.cpu / other.cpu));
  const [own, other] = [of('own', 'memory'), of('other', 'memory')];
  const row = (what: string, measured: string, bound: string, holds: boolean) =>
    `| ${what} | ${measured} | ${bound} | ${holds ? 'yes' : 'no'} |`;
  return [
    row(
      `CPU of an audit of ${files} files against secretlint + ESLint with five plugins`,
      `${of('own', 'cpu').toFixed(2)} s / ${of('other', 'cpu').toFixed(2)} s = ${ratio.toFixed(2)}`,
      `≤ ${MAX_CPU_RATIO}`,
      ratio <= MAX_CPU_RATIO,
    ),
    row(
      'memory of all its processes together against the larger of the two',
      `${own.toFixed(0)} MB / ${other.toFixed(0)} MB`,
      `≤ ${MAX_MEMORY_MB} MB`,
      own <= MAX_MEMORY_MB,
    ),
    row(
      'wall time against theirs',
      `${of('own', 'wall').toFixed(2)} s / ${of('other', 'wall').toFixed(2)} s`,
      'beside it',
      true,
    ),
  ];
}
