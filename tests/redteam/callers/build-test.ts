import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { quoteCommand } from '../../../src/system/command-line.ts';
import { git, makeRepository } from '../../hazards/git-scratch.ts';
import { type Arena, USER } from '../arena.ts';
import { startEngine } from './headless.ts';
import { makeBox, ServedCaller } from './served.ts';

export interface PreparedBuild {
  /** The command line of its agents. */
  line: string;
  /** Its project. */
  shop: string;
}

/** Prepares the scripted agents of the build and the application that they build: its test runs the attacks. */
export function prepareBuild(arena: Arena): PreparedBuild {
  const app = join(arena.tools, 'shop-that-attacks.mjs');
  const harness = resolve('tests/harness/shop.mjs');
  const test = `import { spawnSync } from 'node:child_process';\nspawnSync('sh', ['${arena.tools}/serve.sh', '${arena.work}/box'], { stdio: 'ignore' });\n`;
  writeFileSync(
    app,
    `import * as shop from '${harness}';\nexport function moduleFiles(name, how) {\n  const files = shop.moduleFiles(name, how);\n  const path = \`src/\${name}/test.mjs\`;\n  return { ...files, [path]: ${JSON.stringify(test)} + files[path] };\n}\n`,
  );
  const agent = resolve('tests/harness/build-agent.mjs');
  const line = quoteCommand([
    process.execPath,
    agent,
    join(arena.work, 'trace'),
    `app=${app}`,
    'modules=core',
  ]);
  arena.more.push(line);
  return { line, shop: join(arena.home, 'shop') };
}

/** The test of a module, which a builder wrote and the engine runs. */
export async function openBuildTest(arena: Arena, { line, shop }: PreparedBuild): Promise<ServedCaller> {
  const config = JSON.stringify({ build: { minPairs: 10, hardening: 'checks' } });
  makeRepository({ 'README.md': '# Shop\n', '.orchestration/config.json': config }, shop);
  git(shop, 'config', 'user.name', 'Ada');
  git(shop, 'config', 'user.email', 'ada@example.com');
  const box = makeBox(arena.work);
  arena.giveTo(USER.uid, arena.work, shop);
  const known = new Set(readdirSync(arena.runs));
  const driver = ['--driver', 'command', '--command', line, '--json'];
  const there = { ...arena, project: shop } as Arena;
  await startEngine(there, ['build', 'A small shop', ...driver], (code) => code === 0 || code === 1);
  const run = readdirSync(arena.runs).find((name) => /^\d/.test(name) && !known.has(name)) ?? '';
  arena.sign('architect', run);
  const ended = startEngine(there, ['run', run, ...driver], (code) => code !== null);
  const caller = new ServedCaller(box, ended, arena.plugin);
  await caller.begin();
  return caller;
}
