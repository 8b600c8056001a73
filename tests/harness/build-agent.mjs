// A scripted agent of a build: it really writes contracts, code, tests and commits. Called as `build-agent.mjs TRACE RULE…`, where a rule
// is `AGENT=DEED` and makes that agent misbehave, `modules=NAME,NAME` for the modules of the contract, or `app=FILE` for another application than the shop: a
// module that exports some of the functions of shop.mjs. The agent's id comes from the environment, as for any agent program.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as shop from './shop.mjs';

const [trace = '', ...rules] = process.argv.slice(2);
const app = rules.find((rule) => rule.startsWith('app='))?.slice(4);
const {
  brain,
  contractFiles,
  curatedFiles,
  leakedToken,
  lookedBody,
  moduleFiles,
  qcBody,
  report,
  scaffoldFiles,
  shippedFiles,
  trainingFiles,
} = app === undefined ? shop : { ...shop, ...(await import(app)) };
const {
  SAO_AGENT_ID: id = '',
  SAO_ROLE: role = '',
  SAO_MODULE: module = '',
  SAO_OUTPUT: output = '',
} = process.env;
const tree = process.cwd();
const CONTRACTS = '.orchestration/contracts';
const prompt = readFileSync(0, 'utf8');
// The driver was killed before it sent the prompt: without a prompt a client does nothing.
if (prompt === '') process.exit(1);
const deeds = rules.flatMap((rule) => (rule.startsWith(`${id}=`) ? [rule.slice(id.length + 1)] : []));
const does = (deed) => deeds.includes(deed);
const ordered = rules
  .find((rule) => rule.startsWith('modules='))
  ?.slice(8)
  .split(',');

function write(path, text) {
  const full = join(tree, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

function writeAll(files) {
  for (const [path, text] of Object.entries(files)) write(path, text);
}

function git(...args) {
  return execFileSync('git', args, { cwd: tree, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

// Git must not remove the worktree while its agent works.
if (role === 'builder' && !existsSync(join(git('rev-parse', '--absolute-git-dir').trim(), 'locked')))
  throw new Error(`${tree} is not locked`);

/** The names of the modules in the contract of this agent's worktree. */
function readModules() {
  return JSON.parse(readFileSync(join(tree, CONTRACTS, 'modules.json'), 'utf8')).modules.map(
    ({ name }) => name,
  );
}

function architect() {
  // The prompt contains the note of an earlier rejection.
  const decision = /Use fewer words\./.exec(prompt)?.[0];
  writeAll(contractFiles({ modules: ordered, hasCircle: does('circle'), decision }));
}

function trainer() {
  writeAll(trainingFiles(new Date(), { count: does('few') ? 3 : undefined, modules: readModules() }));
}

function scaffold() {
  const files = Object.entries(scaffoldFiles(readModules()));
  // Files of an earlier build are kept.
  const isNew = ([path]) => !path.endsWith('/index.mjs') || !existsSync(join(tree, path));
  writeAll(Object.fromEntries(files.filter(isNew)));
  rmSync(join(tree, 'deploy.mjs'), { force: true });
  if (does('leaks')) write('deploy.mjs', `export const token = '${leakedToken()}';\n`);
  if (does('no-module')) rmSync(join(tree, 'src/web'), { recursive: true });
  if (does('unlocks') || does('adds-lock')) changeLocks();
  if (does('remembers')) remember();
}

/** Updates the brain file that the prompt names. */
function remember() {
  const path = /`(\.orchestration\/brains\/[a-z]+\.md)`/.exec(prompt)?.[1] ?? '';
  write(path, brain(`the ${role} has been here`));
}

function builder() {
  if (does('conflict')) {
    const parts = ['Contract', 'Problem', 'Options', 'Proposal'];
    const text = parts
      .map((part) => `## ${part}\n\nThe interface of ${module} asks for two shapes.\n`)
      .join('\n');
    write(`.orchestration/conflicts/${module}-shape.md`, `# Two shapes\n\n${text}`);
    git('add', '--all');
    git('commit', '--quiet', '-m', `Tell of a conflict (${id})`);
    const line = `BLOCKED. Contract conflict: .orchestration/conflicts/${module}-shape.md`;
    return { line, body: line };
  }
  const onto = /merge --no-edit ([0-9a-f]{40})/.exec(prompt)?.[1];
  if (onto !== undefined) mergeIn(onto);
  const word = does('shouts') ? `${module}!` : module;
  const wrong = does('bug') ? 'expected something else' : '';
  const read = (path) => readFileSync(join(tree, path), 'utf8');
  const files = moduleFiles(module, { word, wrong, modules: readModules(), read });
  writeAll(files);
  const test = `src/${module}/test.mjs`;
  // A coverage tool writes such files.
  if (does('litters'))
    write(
      test,
      `import { writeFileSync } from 'node:fs';\nwriteFileSync('coverage.txt', '1');\n${files[test]}`,
    );
  tamper(test);
  disturb(test, files[test]);
  const own = `.orchestration/brains/builder-${module}.md`;
  if (does('rambles')) write(own, `# Notes\n\n${'It was a long day. '.repeat(1000)}\n`);
  if (does('leaks')) write(own, brain(`pushes with ${leakedToken()}`));
  // QC does not see this file; the audit does.
  rmSync(join(tree, `src/${module}/token.mjs`), { force: true });
  if (does('hides')) write(`src/${module}/token.mjs`, `export const token = '${leakedToken()}';\n`);
  if (does('settings')) write('settings.json', `{ "by": "${module}" }\n`);
  rmSync(join(tree, 'src/core/stray.mjs'), { force: true });
  if (does('stray')) write('src/core/stray.mjs', 'export const mine = true;\n');
  rmSync(join(tree, `src/${module}/loud.mjs`), { force: true });
  if (does('loud')) write(`src/${module}/loud.mjs`, 'console.log(1);\n');
  if (does('wanders')) git('switch', '--quiet', '-c', `feature-${module}`);
  else if (role === 'builder' && git('branch', '--show-current').startsWith('feature-')) comeBack();
  if (!does('no-commit')) commitWork();
  return undefined;
}

/** Commits the module; a hook of the project may refuse that. */
function commitWork() {
  const trap = `src/${module}/trips.mjs`;
  rmSync(join(tree, trap), { force: true });
  if (does('hook-trips')) write(trap, 'FORBIDDEN;\n');
  git('add', '--all');
  try {
    git('commit', '--quiet', '--allow-empty', '-m', `Build ${module} (${id})`);
  } catch (error) {
    if (!does('hook-trips')) throw error;
  }
}

/** Skips, deletes or empties the module's test; or writes one that `node:test` counts. */
function tamper(test) {
  const counted = (call) =>
    `import { strict as assert } from 'node:assert';\nimport { test } from 'node:test';\nimport { answer } from './index.mjs';\n${call}('answers', () => {\n  assert.ok(answer());\n});\n`;
  if (does('counts')) write(test, counted('test'));
  if (does('skips')) write(test, counted('test.skip'));
  if (does('deletes')) rmSync(join(tree, test));
  if (does('empties')) write(test, "import './index.mjs';\n");
}

/** The start of a test that hangs as long as the file of the trace's hook says so, and tells its process id. */
const HANGS = `import { existsSync as isHook, readFileSync as look, writeFileSync as tell } from 'node:fs';
const hook = ${JSON.stringify(`${trace}.hang`)};
if (isHook(hook) && look(hook, 'utf8') === 'test') {
  tell(${JSON.stringify(`${trace}.hung`)}, String(process.pid));
  process.on('SIGTERM', () => {});
  await new Promise(() => setInterval(() => {}, 60_000));
}
`;

/** The start of a test that fails in its first run and passes in the next one. */
const FAILS_ONCE = `import { existsSync as wasRun, writeFileSync as note } from 'node:fs';
if (!wasRun('ran.txt')) {
  note('ran.txt', '1');
  process.exit(1);
}
`;

/** Makes the module's test flaky, or writes into the user's checkout and commits to the base branch. */
function disturb(test, text) {
  if (does('flaky')) write(test, `${FAILS_ONCE}${text}`);
  if (does('hangs')) write(test, `${HANGS}${text}`);
  if (!does('meddles')) return;
  const project = /^worktree (.+)$/m.exec(git('worktree', 'list', '--porcelain'))?.[1];
  writeFileSync(join(project, 'meddled.txt'), id);
  execFileSync('git', ['-C', project, 'add', 'meddled.txt']);
  execFileSync('git', ['-C', project, 'commit', '--quiet', '-m', `Meddle (${id})`]);
  writeFileSync(join(project, 'scratch.txt'), id);
  // Git would start these programs at the user's next command.
  execFileSync('git', ['-C', project, 'config', 'filter.spy.clean', 'touch spied; cat']);
  writeFileSync(join(project, '.git/hooks/pre-push'), '#!/bin/sh\ntouch spied\n', { mode: 0o755 });
}

/** Merges another branch into the module's branch. */
function comeBack() {
  const own = /orchestration\/[^/\s]+\/[a-z]+/.exec(prompt)?.[0] ?? '';
  git('switch', '--quiet', '--force-create', 'going-back');
  git('branch', '--force', own, 'HEAD');
  git('switch', '--quiet', own);
}

function mergeIn(commit) {
  try {
    git('merge', '--no-edit', '--quiet', commit);
  } catch {
    write('settings.json', `{ "by": "all" }\n`);
    git('add', '--all');
    git('commit', '--quiet', '--no-edit');
  }
}

function qc() {
  if (does('commits')) {
    write(`src/${module}/mended.mjs`, 'export const mended = true;\n');
    git('add', '--all');
    git('commit', '--quiet', '-m', `Mend (${id})`);
  }
  const verdict = does('major') ? 'FAIL-MAJOR' : does('critical') ? 'FAIL-CRITICAL' : 'PASS';
  const isSecond = process.env.SAO_ATTEMPT !== '1';
  const body = does('unreadable-once') && !isSecond ? 'Looks good to me.' : qcBody(module, verdict);
  return { line: `${verdict}. Looked at ${module}.`, body };
}

function shipper() {
  if (does('merges')) {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '-m', 'Write down what ships');
    try {
      git('merge', '--no-edit', '--quiet', 'main');
    } catch {
      write('CHANGELOG.md', '# Changelog\n\n## 1.0.0\n\n- The shop, and what others did\n');
      git('add', '--all');
      git('commit', '--quiet', '--no-edit');
    }
    return;
  }
  if (does('sneaks')) sneak();
  if (does('remembers')) remember();
  if (does('deletes')) rmSync(join(tree, 'src/core/test.mjs'));
  else if (existsSync(join(tree, 'src'))) git('checkout', 'HEAD', '--', 'src');
  if (does('polishes')) write('src/core/polish.mjs', 'export const polished = true;\n');
  const place = /records its changes in `([^`]+)`/.exec(prompt)?.[1] ?? 'CHANGELOG.md';
  const path = join(tree, place);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (!does('no-changelog')) writeAll({ [place]: Object.values(shippedFiles(before))[0] });
}

/** Commits a file outside of its rights. */
function sneak() {
  write('src/core/sneaked.mjs', 'export const mine = true;\n');
  git('add', '--all');
  git('commit', '--quiet', '-m', `Sneak (${id})`);
}

/** Changes the locks of the contract: unlocks the existing one, or adds an unlocked one. */
function changeLocks() {
  const path = `${CONTRACTS}/locks.json`;
  const { decisions, interfaces } = JSON.parse(readFileSync(join(tree, path), 'utf8'));
  const [[name, lock]] = Object.entries(decisions);
  const changed = { [does('unlocks') ? name : 'colours']: { ...lock, lock_level: 'unlocked' } };
  write(path, JSON.stringify({ decisions: { ...decisions, ...changed }, interfaces }, null, 2));
}

/** Commits memory files to the base branch, as another build does. */
function othersRemember() {
  const project = /^worktree (.+)$/m.exec(git('worktree', 'list', '--porcelain'))?.[1];
  mkdirSync(join(project, '.orchestration/brains'), { recursive: true });
  writeFileSync(join(project, '.orchestration/brains/architect.md'), brain('another shop is built'));
  execFileSync('git', ['-C', project, 'add', '--all']);
  execFileSync('git', ['-C', project, 'commit', '--quiet', '-m', 'Remember']);
}

function curator() {
  if (does('meets-others')) othersRemember();
  if (does('sneaks')) sneak();
  else rmSync(join(tree, 'src/core/sneaked.mjs'), { force: true });
  if (does('unlocks')) changeLocks();
  else git('checkout', '--quiet', '--', CONTRACTS);
  const first = Number(/from (\d+) on/.exec(prompt)?.[1] ?? 100);
  const how = does('no-state') ? { pairs: 0 } : does('vague') ? { quality: 0.2 } : {};
  const about = app === undefined ? {} : { module: readModules()[0] };
  writeAll(curatedFiles(new Date(), first, { ...how, ...about }));
}

/** A worker of the audit in stage 5. */
function worker() {
  const finding = `- [major] Slow loop — src/${does('in-web') ? 'web' : 'core'}/index.mjs:1 — make it fast`;
  return { line: `Done. ${id} has looked.`, body: lookedBody(does('major') ? finding : undefined) };
}

const DO = { architect, trainer, scaffold, builder, qc, shipper, curator, worker };

const port = process.env.SAO_PORT_BASE;
appendFileSync(trace, `${JSON.stringify({ event: 'start', id, pid: process.pid, cwd: tree, port })}\n`);
if (does('silent')) process.exit(0);
if (does('deaf')) {
  process.on('SIGTERM', () => {});
  await new Promise(() => setInterval(() => {}, 60_000));
}
const said = DO[role]?.();
mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, report(id, said?.body ?? `${role} has worked.`));
appendFileSync(trace, `${JSON.stringify({ event: 'end', id, pid: process.pid })}\n`);
process.stdout.write(`${said?.line ?? `Done. ${id} has worked.`}\n`);
