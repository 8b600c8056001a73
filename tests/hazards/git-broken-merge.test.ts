import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/system/result.ts';
import { openIntegration } from '../../src/workspace/merge/integration.io.ts';
import { mergeModule } from '../../src/workspace/merge/merge.io.ts';
import { createWorktrees } from '../../src/workspace/worktree/create.io.ts';
import { scaled } from '../harness/scale.ts';
import { commit, git, makeRepository, makeSite } from './git-scratch.ts';

const FILES = {
  'lib.mjs': 'export const add = (a, b) => a + b;\n',
  'test.mjs':
    "import { readdirSync } from 'node:fs';\nfor (const f of readdirSync('use')) await import('./use/' + f);\n",
  'use/first.mjs': "import { add } from '../lib.mjs';\nif (add(1, 2) !== 3) process.exit(1);\n",
};

/** One side renames the function and all its calls; the other adds a call of the old name in a new file. No line conflicts. */
const RENAME = {
  'lib.mjs': 'export const sum = (a, b) => a + b;\n',
  'use/first.mjs': "import { sum } from '../lib.mjs';\nif (sum(1, 2) !== 3) process.exit(1);\n",
};
const callOf = (name: string) =>
  `import { ${name} } from '../lib.mjs';\nif (${name}(2, 2) !== 4) process.exit(1);\n`;

async function runTests(place: string) {
  const { status, stderr } = spawnSync(process.execPath, ['test.mjs'], { cwd: place, encoding: 'utf8' });
  return status === 0 ? ({ ok: true } as const) : ({ ok: false, reason: stderr.slice(0, 200) } as const);
}

describe('a clean merge of broken code', () => {
  const rounds = scaled(2, 10);
  it.each(Array.from({ length: rounds }, (_, n) => n))(
    'is rolled back, the others stay, case %i',
    async (round) => {
      const project = makeRepository(FILES);
      const site = await makeSite(project);
      const work: Record<string, Record<string, string>> = {
        docs: { 'docs.md': 'Docs\n' },
        rename: RENAME,
        call: { 'use/second.mjs': callOf('add') },
        more: { 'use/third.mjs': 'export {};\n' },
      };
      const order = Object.keys(work);
      order.push(...order.splice(0, round % order.length));
      const trees = unwrap(await createWorktrees(site, order, 'main'));
      for (const { place, module } of trees) commit(place, work[module] ?? {});
      const integration = unwrap(await openIntegration(site, 'main'));
      const states: Record<string, string> = {};
      for (const module of order)
        states[module] = unwrap(await mergeModule(integration, { module, verify: runTests })).state;
      const loser = order.indexOf('rename') < order.indexOf('call') ? 'call' : 'rename';
      expect(states).toEqual({
        docs: 'merged',
        rename: 'merged',
        call: 'merged',
        more: 'merged',
        [loser]: 'rolled-back',
      });
      expect((await runTests(integration.place)).ok).toBe(true);
      expect(
        git(project, 'log', '--first-parent', '--format=%s', `main..${integration.branch}`).split('\n'),
      ).toHaveLength(3);
      const fixed = trees.find(({ module }) => module === loser)?.place ?? '';
      commit(
        fixed,
        loser === 'call'
          ? { 'use/second.mjs': callOf('sum') }
          : { ...RENAME, 'lib.mjs': `${FILES['lib.mjs']}${RENAME['lib.mjs']}` },
      );
      expect(unwrap(await mergeModule(integration, { module: loser, verify: runTests })).state).toBe(
        'merged',
      );
    },
  );
});
