import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardGitCall } from '../../src/run/sandbox/guard-git.io.ts';
import { setGitGuardian } from '../../src/system/git/guard.ts';
import { unwrap } from '../../src/system/result.ts';
import { openIntegration } from '../../src/workspace/merge/integration.io.ts';
import { mergeModule } from '../../src/workspace/merge/merge.io.ts';
import { createWorktrees } from '../../src/workspace/worktree/create.io.ts';
import { openSite, type Site } from '../../src/workspace/worktree/site.io.ts';
import { formatMs, median, type Row } from './measure.ts';

const RUN = '20260101-120000-0a1b2c3d';
const FILES = 5_000;
const TREES = 16;
const BRANCHES = 30;

/** Worktrees side by side and a whole assembly, each against plain git in turn. */
export async function benchWorktrees(folder: string, rounds = 20): Promise<Row[]> {
  const project = join(folder, 'repository');
  makeRepository(project);
  // As the command line does.
  setGitGuardian((call) => guardGitCall(call, { env: process.env, cwd: project }));
  return [await benchCreation(folder, project, rounds), await benchAssembly(folder, project)];
}

/** 16 worktrees of a 5,000-file repository: the engine against `git worktree add`, one after the other. */
export async function benchCreation(folder: string, project: string, rounds = 20): Promise<Row> {
  const names = Array.from({ length: TREES }, (_, n) => `m${n}`);
  const pairs: Pair[] = [];
  let failed = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const plainPlace = join(folder, `plain-${round}`);
    const site = await makeSite(folder, project, `ours-${round}`);
    let failures: string[] = [];
    const pair = await inTurn(round, {
      ours: async () => {
        const made = await createWorktrees(site, names, 'main');
        failures = made.ok ? [] : made.diagnostics.map(({ message }) => message);
      },
      plain: async () => addPlainly(project, plainPlace),
    });
    failures.push(...names.flatMap((name) => faultOf(join(site.builds, name)) ?? []));
    for (const failure of failures) console.error(`round ${round}: ${failure}`);
    failed += failures.length;
    // The first round warms the caches; a failed creation has no time.
    if (round > 0 && failures.length === 0) pairs.push(pair);
    clear(project, [plainPlace, join(folder, `ours-${round}`)]);
  }
  // Some rounds hit a file system that creates files twenty times as slowly, on one side or the other: the medians tell more than the pairs.
  const plainMs = median(pairs.map(({ plain }) => plain));
  const oursMs = median(pairs.map(({ ours }) => ours));
  const ratio = plainMs / oursMs;
  const times = `${formatMs(plainMs)} / ${formatMs(oursMs)}`;
  return {
    what: `${TREES} worktrees of ${FILES.toLocaleString('en')} files: plain sequential \`git worktree add\` against the engine, ${rounds} rounds`,
    measured: `${times} = ${ratio.toFixed(2)} times as fast, ${failed} failed`,
    bound: '≥ 1.5, 0 failed',
    holds: ratio >= 1.5 && failed === 0,
  };
}

/** 30 merges with prediction, journal and rollback data, against the same merges by `git merge --no-ff`. */
export async function benchAssembly(folder: string, project: string, rounds = 9): Promise<Row> {
  makeBranches(project);
  const site = await makeSite(folder, project, 'assembly');
  const integration = unwrap(await openIntegration(site, 'main'));
  const plainPlace = join(folder, 'plain-assembly');
  git(project, 'worktree', 'add', '--quiet', '-b', 'plain-assembly', plainPlace, 'main');
  const pairs: Pair[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = await inTurn(round, {
      ours: async () => {
        for (let n = 0; n < BRANCHES; n += 1) {
          const outcome = unwrap(await mergeModule(integration, { module: `m${n}`, source: `b${n}` }));
          if (outcome.state !== 'merged') throw new Error(`b${n}: ${outcome.state}`);
        }
      },
      plain: async () => {
        for (let n = 0; n < BRANCHES; n += 1)
          git(plainPlace, 'merge', '--quiet', '--no-ff', '-m', `Merge ${n}`, `b${n}`);
      },
    });
    if (round > 0) pairs.push(pair);
    if (treeOf(plainPlace) !== treeOf(integration.place)) throw new Error('the trees differ');
    for (const place of [plainPlace, integration.place]) git(place, 'reset', '--quiet', '--hard', 'main');
  }
  const ratio = median(pairs.map(({ ours, plain }) => ours / plain));
  const times = `${formatMs(median(pairs.map(({ ours }) => ours)))} / ${formatMs(median(pairs.map(({ plain }) => plain)))}`;
  return {
    what: `assembly of ${BRANCHES} branches in ${FILES.toLocaleString('en')} files, with conflict prediction, against plain \`git merge\``,
    measured: `${times} = ${ratio.toFixed(2)}`,
    bound: '≤ 1.15',
    holds: ratio <= 1.15,
  };
}

/** Milliseconds that each took. */
interface Pair {
  ours: number;
  plain: number;
}

/** Runs both in either order, since the first run changes the state of the disk for the second. */
async function inTurn(
  round: number,
  work: { ours(): Promise<unknown>; plain(): Promise<unknown> },
): Promise<Pair> {
  if (round % 2 === 0) {
    const plain = await time(work.plain);
    return { plain, ours: await time(work.ours) };
  }
  const ours = await time(work.ours);
  return { ours, plain: await time(work.plain) };
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function makeSite(folder: string, project: string, name: string): Promise<Site> {
  const runDir = join(folder, name);
  mkdirSync(runDir);
  return unwrap(await openSite({ project, runDir, run: RUN }));
}

function addPlainly(project: string, folder: string): void {
  for (let n = 0; n < TREES; n += 1)
    git(project, 'worktree', 'add', '--quiet', '-b', `plain-${n}`, join(folder, `m${n}`), 'main');
}

/** The fault of a worktree; undefined if it is complete. */
function faultOf(place: string): string | undefined {
  if (!existsSync(place)) return `${place} is missing`;
  const changes = git(place, 'status', '--porcelain', '--untracked-files=no');
  return changes === '' ? undefined : `${place} is not whole: ${changes.slice(0, 200)}`;
}

function clear(project: string, folders: readonly string[]): void {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
  git(project, 'worktree', 'prune', '--expire', 'now');
  const branches = git(
    project,
    'for-each-ref',
    '--format=%(refname:short)',
    'refs/heads/plain-*',
    'refs/heads/orchestration',
  );
  const names = branches.split('\n').filter((name) => name !== '');
  if (names.length > 0) git(project, 'branch', '--quiet', '-D', ...names);
}

export function makeRepository(project: string): void {
  mkdirSync(project);
  git(project, 'init', '--quiet', '--initial-branch=main');
  git(project, 'config', 'user.name', 'Bench');
  git(project, 'config', 'user.email', 'bench@example.com');
  for (let n = 0; n < FILES; n += 1) {
    const path = join(project, 'src', `m${n % 50}`);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, `f${n}.ts`), `// file ${n}\n${`export const value${n} = ${n};\n`.repeat(60)}`);
  }
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '-m', 'First');
  git(project, 'gc', '--quiet');
}

/** Each changes 20 files of its own and adds 5. */
function makeBranches(project: string): void {
  const lines: string[] = [];
  for (let branch = 0; branch < BRANCHES; branch += 1) {
    lines.push(
      `commit refs/heads/b${branch}`,
      'committer Bench <bench@example.com> 1700000000 +0000',
      'data 4',
      'work',
    );
    lines.push('from refs/heads/main^0');
    for (let n = 0; n < 25; n += 1) {
      const text = `// branch ${branch}, file ${n}\n${'export const changed = true;\n'.repeat(60)}`;
      const name = n < 20 ? `f${branch + 50 * n}.ts` : `new${n}.ts`;
      lines.push(`M 100644 inline src/m${branch}/${name}`, `data ${text.length}`, text);
    }
  }
  git(project, 'fast-import', '--quiet', { input: `${lines.join('\n')}\n` });
}

const treeOf = (place: string) => git(place, 'rev-parse', 'HEAD^{tree}');

function git(directory: string, ...args: (string | { input: string })[]): string {
  const input = args.find((arg) => typeof arg === 'object')?.input ?? '';
  const words = args.filter((arg) => typeof arg === 'string');
  const { status, stdout, stderr } = spawnSync('git', ['-c', 'gc.auto=0', ...words], {
    cwd: directory,
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
  return stdout.trim();
}
