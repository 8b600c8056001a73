// A scripted agent of a build: it really writes contracts, code, tests and commits. Called as `build-agent.mjs TRACE RULE…`, where a rule
// is `AGENT=DEED` for what an agent does otherwise than well. It knows who it is from the environment alone, as any agent program.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [trace = '', ...rules] = process.argv.slice(2);
const {
  SAO_AGENT_ID: id = '',
  SAO_ROLE: role = '',
  SAO_MODULE: module = '',
  SAO_OUTPUT: output = '',
} = process.env;
const tree = process.cwd();
const prompt = readFileSync(0, 'utf8');
const deeds = rules.flatMap((rule) => (rule.startsWith(`${id}=`) ? [rule.slice(id.length + 1)] : []));
const does = (deed) => deeds.includes(deed);

const NEEDS = { core: [], auth: ['core'], store: ['core'], api: ['auth', 'store'], web: [] };
const MODULES = Object.keys(NEEDS);
const PAIRS = 12;

function write(path, text) {
  const full = join(tree, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

function git(...args) {
  return execFileSync('git', args, { cwd: tree, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function architect() {
  const folder = '.orchestration/contracts';
  write(`${folder}/architecture.md`, `# Shop\n\nFive modules, one shop.\n\n<!-- DONE -->\n`);
  const modules = MODULES.map((name) => ({
    name,
    description: `The ${name} of the shop`,
    depends_on: NEEDS[name],
    interface: `interfaces/${name}.interface.md`,
    paths: [`src/${name}/**`],
    builder_model: 'sonnet',
    estimated_complexity: 'low',
    test_command: `node run-tests.mjs ${name}`,
  }));
  const document = {
    project: 'shop',
    test_command: 'node run-tests.mjs',
    integration_test_command: 'node run-tests.mjs --all',
    shared_paths: ['settings.json'],
    modules,
    build_order: MODULES,
    assembly_order: MODULES,
  };
  if (does('circle')) document.modules[0].depends_on = ['api'];
  write(`${folder}/modules.json`, JSON.stringify(document, null, 2));
  for (const name of MODULES)
    write(
      `${folder}/interfaces/${name}.interface.md`,
      `# ${name}\n\n\`${name}Answer(): string\` answers "${name}".\n`,
    );
  write(`${folder}/interfaces/shared-types.md`, '# Shared types\n\nAnswers are strings.\n');
  // What a person has said of the architect before stands in the prompt.
  const note = /Use fewer words\./.exec(prompt)?.[0] ?? 'One process, no framework.';
  write(
    `${folder}/decisions/001-style.md`,
    `# Style\n\n## Status\n\nAccepted\n\n## Context\n\nA shop.\n\n## Decision\n\n${note}\n\n## Alternatives Considered\n\nNone.\n\n## Consequences\n\nLittle code.\n`,
  );
  const lock = {
    locked_by: 'architect',
    lock_level: 'locked',
    affects: ['all'],
    assertion: 'No module writes to the console',
    locked_at: '2026-01-01T00:00:00Z',
    check: { pattern: 'console\\.log', must: 'not-occur', paths: ['src/**'] },
  };
  write(
    `${folder}/locks.json`,
    JSON.stringify({ decisions: { 'quiet-modules': lock }, interfaces: {} }, null, 2),
  );
}

const SUBJECTS = [
  ['core', 'keeps the shared vocabulary of the shop and depends on nothing else in the whole project'],
  ['auth', 'decides who a caller is by looking a session token up before any request is answered'],
  ['store', 'holds goods and their prices in memory until the process of the shop ends'],
  ['api', 'joins authentication with storage and gives a single reply for each incoming question'],
  ['web', 'renders pages for visitors without knowing anything about sessions or goods'],
  ['core', 'exports coreAnswer, a function without parameters whose result is the plain string core'],
  ['auth', 'exports authAnswer and is built only after the vocabulary has passed its quality check'],
  ['store', 'exports storeAnswer, which other parts call instead of reading the price list themselves'],
  ['api', 'must wait for two neighbours because its diamond closes over both of their interfaces'],
  ['web', 'may be built in the first wave next to the vocabulary since it needs no neighbour'],
  ['core', 'would force every other part to be rebuilt if the spelling of its export were changed'],
  ['auth', 'rejects unknown visitors with an error value rather than by throwing an exception'],
];
const KINDS = [
  'factual_recall',
  'architectural_reasoning',
  'cross_module',
  'conformance',
  'state',
  'counterfactual',
  'procedural',
];

function pairOf(name, fact, number, taxonomy) {
  const now = new Date();
  const about = fact.split(' ').slice(0, 3).join(' ');
  return JSON.stringify({
    messages: [
      { role: 'user', content: `Question ${number}: what is there to know about how ${name} ${about}?` },
      {
        role: 'assistant',
        content: `In the shop project the ${name} module ${fact}. The interface file of ${name} says so, and its builder keeps to it.`,
      },
    ],
    metadata: {
      pair_id: `shop-${number}`,
      taxonomy,
      source_refs: [`contracts/interfaces/${name}.interface.md`],
      modules_referenced: [name],
      hop_count: 1,
      difficulty: 'easy',
      quality_score: 0.9,
      source_timestamp: now.toISOString(),
      expires_at: new Date(now.getTime() + 10 * 86_400_000).toISOString(),
    },
  });
}

function trainer() {
  const pairs = SUBJECTS.slice(0, does('few') ? 3 : PAIRS);
  const lines = pairs.map(([name, fact], n) => pairOf(name, fact, n + 1, KINDS[n % KINDS.length]));
  write('.orchestration/training/bootstrap.jsonl', `${lines.join('\n')}\n`);
}

const RUNNER = `// Runs the tests of the modules that are named, or of all; --all adds what they must do together.
import { existsSync, readdirSync } from 'node:fs';
const named = process.argv.slice(2).filter((word) => word !== '--all');
const modules = readdirSync('src').filter((name) => named.length === 0 || named.includes(name));
for (const name of modules) if (existsSync(\`src/\${name}/test.mjs\`)) await import(\`./src/\${name}/test.mjs\`);
if (process.argv.includes('--all')) await import('./together.mjs');
`;
const TOGETHER = `// What is there must fit together: a module that is built asks those that it needs.
import { strict as assert } from 'node:assert';
import { existsSync, readdirSync } from 'node:fs';
for (const name of readdirSync('src')) {
  if (!existsSync(\`src/\${name}/test.mjs\`)) continue;
  const { answer } = await import(\`./src/\${name}/index.mjs\`);
  assert.match(answer(), /^[a-z+]+$/, name);
}
`;

function scaffold() {
  write('run-tests.mjs', RUNNER);
  write('together.mjs', TOGETHER);
  write('settings.json', '{}\n');
  // What an earlier build has left is not laid anew.
  for (const name of MODULES.filter((each) => !existsSync(join(tree, `src/${each}/index.mjs`))))
    write(`src/${name}/index.mjs`, `export function answer() {\n  throw new Error('not implemented');\n}\n`);
  if (does('no-module')) rmSync(join(tree, 'src/web'), { recursive: true });
}

function codeOf(name, word) {
  const imports = NEEDS[name].map(
    (needed) => `import { answer as ${needed} } from '../${needed}/index.mjs';\n`,
  );
  const parts = [JSON.stringify(word), ...NEEDS[name].map((needed) => `${needed}()`)];
  return `${imports.join('')}\nexport function answer() {\n  return [${parts.join(', ')}].join('+');\n}\n`;
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
  write(`src/${module}/index.mjs`, codeOf(module, does('shouts') ? `${module}!` : module));
  // What a coverage tool does.
  const litter = does('litters')
    ? `import { writeFileSync } from 'node:fs';\nwriteFileSync('coverage.txt', '1');\n`
    : '';
  const wrong = does('bug') ? 'expected something else' : '';
  write(
    `src/${module}/test.mjs`,
    `${litter}import { strict as assert } from 'node:assert';\nimport { answer } from './index.mjs';\nassert.ok(answer().startsWith('${module}'));\n${wrong && `assert.equal(answer(), '${wrong}');\n`}`,
  );
  if (does('settings')) write('settings.json', `{ "by": "${module}" }\n`);
  rmSync(join(tree, 'src/core/stray.mjs'), { force: true });
  if (does('stray')) write('src/core/stray.mjs', 'export const mine = true;\n');
  rmSync(join(tree, `src/${module}/loud.mjs`), { force: true });
  if (does('loud')) write(`src/${module}/loud.mjs`, 'console.log(1);\n');
  write(`.orchestration/brains/builder-${module}.md`, brain(`${module} answers`));
  if (does('wanders')) git('switch', '--quiet', '-c', `feature-${module}`);
  else if (role === 'builder' && git('branch', '--show-current').startsWith('feature-')) comeBack();
  if (!does('no-commit')) {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '-m', `Build ${module} (${id})`);
  }
  return undefined;
}

/** Takes the work of another branch to the module's own. */
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

function brain(state) {
  return `## Current State\n\n- ${state}\n\n## Decisions\n\n- none\n\n## Dependencies\n\n- none\n\n## Known Issues\n\n- none\n\n## Next Steps\n\n- none\n`;
}

function qc() {
  if (does('commits')) {
    write(`src/${module}/mended.mjs`, 'export const mended = true;\n');
    git('add', '--all');
    git('commit', '--quiet', '-m', `Mend (${id})`);
  }
  const verdict = does('major') ? 'FAIL-MAJOR' : does('critical') ? 'FAIL-CRITICAL' : 'PASS';
  const findings = {
    PASS: ['minor 1', `- [minor] A comment could be clearer — src/${module}/index.mjs:1 — say why`],
    'FAIL-MAJOR': [
      'major 1',
      `- [major] The answer is wrong — src/${module}/index.mjs:3 — answer what the interface says`,
    ],
    'FAIL-CRITICAL': ['critical 1', `- [critical] A door is open — src/${module}/index.mjs:3 — close it`],
  }[verdict];
  const counts = ['critical', 'major', 'minor'].map((each) =>
    findings[0].startsWith(each) ? findings[0] : `${each} 0`,
  );
  const isSecond = process.env.SAO_ATTEMPT !== '1';
  const body =
    does('unreadable-once') && !isSecond
      ? 'Looks good to me.'
      : [
          `Verdict: ${verdict}`,
          `Counts: ${counts.join(', ')}`,
          '',
          '## Conformance',
          '| item | contract | code | holds |',
          '| --- | --- | --- | --- |',
          `| answer | interfaces/${module}.interface.md | src/${module}/index.mjs:3 | yes |`,
          '',
          '## Findings',
          findings[1],
        ].join('\n');
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
  const before = existsSync(join(tree, 'CHANGELOG.md'))
    ? readFileSync(join(tree, 'CHANGELOG.md'), 'utf8')
    : '# Changelog\n';
  if (does('sneaks')) sneak();
  if (!does('no-changelog')) write('CHANGELOG.md', `${before}\n## 1.0.0\n\n- The shop\n`);
}

/** Commits what is not its own to change. */
function sneak() {
  write('src/core/sneaked.mjs', 'export const mine = true;\n');
  git('add', '--all');
  git('commit', '--quiet', '-m', `Sneak (${id})`);
}

/** Another build has brought its memory to the base branch meanwhile. */
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
  const first = Number(/from (\d+) on/.exec(prompt)?.[1] ?? 100);
  const fact =
    'has been merged, tested together with its neighbours and handed over to the people of the shop';
  if (!does('no-state'))
    write('.orchestration/training/state.jsonl', `${pairOf('web', fact, first, 'state')}\n`);
  write('.orchestration/brains/architect.md', brain('the shop is built'));
}

/** A worker of the audit at the end. */
function worker() {
  const found = does('major')
    ? `- [major] Slow loop — src/${does('in-web') ? 'web' : 'core'}/index.mjs:1 — make it fast`
    : 'None.';
  return {
    line: `Done. ${id} has looked.`,
    body: `It was looked at, all of it, with care.\n\n## Findings\n${found}`,
  };
}

const DO = { architect, trainer, scaffold, builder, qc, shipper, curator, worker };

appendFileSync(trace, `${JSON.stringify({ event: 'start', id, pid: process.pid, cwd: tree })}\n`);
if (does('silent')) process.exit(0);
const said = DO[role]?.();
mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, `# ${id}\n\n${said?.body ?? `${role} has worked.`}\n\n<!-- DONE -->\n`);
appendFileSync(trace, `${JSON.stringify({ event: 'end', id, pid: process.pid })}\n`);
process.stdout.write(`${said?.line ?? `Done. ${id} has worked.`}\n`);
