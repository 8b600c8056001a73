import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Bench, domainsOf, findBuild, type Run } from '../harness/sao.ts';

const sao = findBuild();

const REPORT = '# A\n\ntext\n\n<!-- DONE -->\n';
const verdicts = (run: Run) =>
  run.ledger().flatMap((entry) => (entry.type === 'returned' ? [[entry.agent, entry.verdict]] : []));

it('moves what is at an output path before a run to attempts/, and the run continues', () => {
  const bench = new Bench(sao.path);
  const run = bench.plan(domainsOf([3]));
  const planted = join(bench.home, 'planted.md');
  writeFileSync(planted, REPORT);
  mkdirSync(join(run.dir, 'workers', 'a1.md'));
  symlinkSync(planted, join(run.dir, 'workers', 'a2.md'));
  symlinkSync(join(bench.home, 'nothing'), join(run.dir, 'workers', 'a3.md'));
  const { code, data } = run.carryOut(bench.fake());
  expect({ code, done: data.counts.done }).toEqual({ code: 0, done: 4 });
  expect(readFileSync(planted, 'utf8')).toBe(REPORT);
  expect(existsSync(join(bench.home, 'nothing'))).toBe(false);
  expect(readdirSync(join(run.dir, 'attempts')).sort()).toEqual(['a1.0.md', 'a2.0.md', 'a3.0.md']);
});

it('a command that replaces its output path by a folder or a link fails alone', () => {
  const bench = new Bench(sao.path);
  const target = join(bench.home, 'target');
  const script = (name: string, body: string) =>
    writeFileSync(
      join(bench.project, name),
      `const fs = require('node:fs');\n${body}\nconsole.log('said');\n`,
    );
  script('folder.cjs', 'fs.mkdirSync(process.env.SAO_OUTPUT);');
  script('link.cjs', `fs.symlinkSync(${JSON.stringify(target)}, process.env.SAO_OUTPUT);`);
  script('plain.cjs', '');
  const commands = ['node folder.cjs', 'node link.cjs', 'node plain.cjs'];
  const run = bench.plan([
    { id: 'd1', workers: commands.map((command) => ({ run: command, task: 'Look' })) },
  ]);
  const call = run.driven(bench.fake(), '--json');
  // A sandbox would keep them from it.
  bench.configure({ allowCommands: commands, sandbox: 'off' });
  const { code, stdout } = bench.call(...call);
  const { data } = JSON.parse(stdout);
  expect(code).toBe(1);
  expect(data.gaps).toMatchObject([{ id: 'a1', reason: expect.stringMatching(/the path is a directory/) }]);
  expect(verdicts(run)).toContainEqual(['a2', 'done']);
  expect(verdicts(run)).toContainEqual(['a3', 'done']);
  expect(existsSync(target)).toBe(false);
});

it('reads, moves and writes nothing behind a folder of outputs that is a link', () => {
  const bench = new Bench(sao.path);
  const run = bench.plan(
    [{ id: 'd1', workers: [{ run: 'node --version', task: 'Look' }] }, ...domainsOf([1])].map(
      (domain, n) => ({
        ...domain,
        id: `d${n}`,
      }),
    ),
    ['node --version'],
  );
  const elsewhere = join(bench.home, 'elsewhere');
  renameSync(join(run.dir, 'workers'), elsewhere);
  symlinkSync(elsewhere, join(run.dir, 'workers'));
  for (const id of ['a1', 'b1']) writeFileSync(join(elsewhere, `${id}.md`), REPORT);
  const { code, stdout } = bench.call('verify', run.id, 'a1', 'b1', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout).data.counts).toMatchObject({ done: 0, missing: 2 });
  const ended = run.carryOut(bench.fake('*=nothing'));
  expect(ended.code).toBe(1);
  expect(ended.data.gaps.map(({ id }) => id)).toEqual(expect.arrayContaining(['a1', 'b1']));
  expect(readdirSync(elsewhere).sort()).toEqual(['a1.md', 'b1.md']);
  for (const id of ['a1', 'b1']) expect(readFileSync(join(elsewhere, `${id}.md`), 'utf8')).toBe(REPORT);
});
