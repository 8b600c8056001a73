// The shop that scripted agents build: all five modules, whose dependencies form a diamond, or some of them. Each function returns texts by
// path, relative to the worktree of the writing agent.

/** The dependencies of each module. */
export const NEEDS = { core: [], auth: ['core'], store: ['core'], api: ['auth', 'store'], web: [] };
export const MODULES = Object.keys(NEEDS);

/** The dependencies of a module in a shop that has only these modules. */
const needsAmong = (modules, name) => NEEDS[name].filter((needed) => modules.includes(needed));

const CONTRACTS = '.orchestration/contracts';

export function contractFiles({
  modules: names = MODULES,
  hasCircle = false,
  decision = 'One process, no framework.',
} = {}) {
  const modules = names.map((name) => ({
    name,
    description: `The ${name} of the shop`,
    depends_on: hasCircle && name === 'core' ? [names.at(-1)] : needsAmong(names, name),
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
    build_order: names,
    assembly_order: names,
  };
  const lock = {
    locked_by: 'architect',
    lock_level: 'locked',
    affects: ['all'],
    assertion: 'No module writes to the console',
    locked_at: '2026-01-01T00:00:00Z',
    check: { pattern: 'console\\.log', must: 'not-occur', paths: ['src/**'] },
  };
  const interfaces = names.map((name) => [
    `${CONTRACTS}/interfaces/${name}.interface.md`,
    `# ${name}\n\n\`${name}Answer(): string\` answers "${name}".\n`,
  ]);
  return {
    [`${CONTRACTS}/architecture.md`]: '# Shop\n\nSmall modules, one shop.\n\n<!-- DONE -->\n',
    [`${CONTRACTS}/modules.json`]: JSON.stringify(document, null, 2),
    ...Object.fromEntries(interfaces),
    [`${CONTRACTS}/interfaces/shared-types.md`]: '# Shared types\n\nAnswers are strings.\n',
    [`${CONTRACTS}/decisions/001-style.md`]: `# Style\n\n## Status\n\nAccepted\n\n## Context\n\nA shop.\n\n## Decision\n\n${decision}\n\n## Alternatives Considered\n\nNone.\n\n## Consequences\n\nLittle code.\n`,
    [`${CONTRACTS}/locks.json`]: JSON.stringify(
      { decisions: { 'quiet-modules': lock }, interfaces: {} },
      null,
      2,
    ),
  };
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

function pairOf(name, fact, number, taxonomy, now) {
  const about = fact.split(' ').slice(0, 3).join(' ');
  return {
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
  };
}

const lines = (objects) => objects.map((each) => `${JSON.stringify(each)}\n`).join('');

/** At most 12 pairs on the modules; `now` dates them. */
export function trainingFiles(now, { count = SUBJECTS.length, modules = MODULES } = {}) {
  const ownerOf = (name, n) => (modules.includes(name) ? name : modules[n % modules.length]);
  const pairs = SUBJECTS.slice(0, count).map(([name, fact], n) =>
    pairOf(ownerOf(name, n), fact, n + 1, KINDS[n % KINDS.length], now),
  );
  return { '.orchestration/training/bootstrap.jsonl': lines(pairs) };
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

export function scaffoldFiles(modules = MODULES) {
  const stubs = modules.map((name) => [
    `src/${name}/index.mjs`,
    `export function answer() {\n  throw new Error('not implemented');\n}\n`,
  ]);
  return {
    'run-tests.mjs': RUNNER,
    'together.mjs': TOGETHER,
    'settings.json': '{}\n',
    ...Object.fromEntries(stubs),
  };
}

/** A module that returns `word`; with `wrong`, its own test expects that instead. */
export function moduleFiles(name, { word = name, wrong = '', modules = MODULES } = {}) {
  const needs = needsAmong(modules, name);
  const imports = needs.map((needed) => `import { answer as ${needed} } from '../${needed}/index.mjs';\n`);
  const parts = [JSON.stringify(word), ...needs.map((needed) => `${needed}()`)];
  return {
    [`src/${name}/index.mjs`]: `${imports.join('')}\nexport function answer() {\n  return [${parts.join(', ')}].join('+');\n}\n`,
    [`src/${name}/test.mjs`]: `import { strict as assert } from 'node:assert';\nimport { answer } from './index.mjs';\nassert.ok(answer().startsWith('${name}'));\n${wrong && `assert.equal(answer(), '${wrong}');\n`}`,
    [`.orchestration/brains/builder-${name}.md`]: brain(`${name} answers`),
  };
}

/** The curator's files: its brain and, unless it forgets it, a pair on the state of `module`, numbered `first`. */
export function curatedFiles(now, first, { pairs = 1, quality = 0.9, module = 'web' } = {}) {
  const fact =
    'has been merged, tested together with its neighbours and handed over to the people of the shop';
  const pair = pairOf(module, fact, first, 'state', now);
  pair.metadata.quality_score = quality;
  const training = pairs === 0 ? {} : { '.orchestration/training/state.jsonl': lines([pair]) };
  return { '.orchestration/brains/architect.md': brain('the shop is built'), ...training };
}

export function brain(state) {
  return `## Current State\n\n- ${state}\n\n## Decisions\n\n- none\n\n## Dependencies\n\n- none\n\n## Known Issues\n\n- none\n\n## Next Steps\n\n- none\n`;
}

/** A token as random as a real one, which an audit must find; assembled here, since this repository contains no secret. */
export function leakedToken() {
  const letters = 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5';
  return ['gh', 'p_', ...letters].join('');
}

export function shippedFiles(changelog = '# Changelog\n') {
  return { 'CHANGELOG.md': `${changelog}\n## 1.0.0\n\n- The shop\n` };
}

/** The body of a QC report. */
export function qcBody(name, verdict) {
  const [severity, finding] = {
    PASS: ['minor', `A comment could be clearer — src/${name}/index.mjs:1 — say why`],
    'FAIL-MAJOR': ['major', `The answer is wrong — src/${name}/index.mjs:3 — answer what the interface says`],
    'FAIL-CRITICAL': ['critical', `A door is open — src/${name}/index.mjs:3 — close it`],
  }[verdict];
  const counts = ['critical', 'major', 'minor'].map((each) => `${each} ${each === severity ? 1 : 0}`);
  return [
    `Verdict: ${verdict}`,
    `Counts: ${counts.join(', ')}`,
    '',
    '## Conformance',
    '| item | contract | code | holds |',
    '| --- | --- | --- | --- |',
    `| answer | interfaces/${name}.interface.md | src/${name}/index.mjs:3 | yes |`,
    '',
    '## Findings',
    `- [${severity}] ${finding}`,
  ].join('\n');
}

/** The output of an audit worker, with one finding or none. */
export function lookedBody(finding = 'None.') {
  return `It was looked at, all of it, with care.\n\n## Findings\n${finding}`;
}

/** An agent's output with its sentinel. */
export function report(id, body) {
  return `# ${id}\n\n${body}\n\n<!-- DONE -->\n`;
}
