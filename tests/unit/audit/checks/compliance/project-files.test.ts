import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/compliance/project-files.ts';
import { type Files, fakeTree, rulesOf } from '../../fake-tree.ts';

const SOURCES: Files = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'e'].map((name) => [`src/${name}.ts`, 'f();']),
);
const README = 'What it is. '.repeat(30);
const WHOLE: Files = {
  ...SOURCES,
  'README.md': README,
  LICENSE: 'MIT',
  '.gitignore': 'node_modules/\n.env\n',
  'CONTRIBUTING.md': 'x',
  'SECURITY.md': 'x',
  'CHANGELOG.md': 'x',
  'tests/a.test.ts': 'x',
  '.github/workflows/ci.yml': 'x',
};

function without(...names: string[]): Files {
  return Object.fromEntries(Object.entries(WHOLE).filter(([name]) => !names.includes(name)));
}

const CASES: [name: string, files: Files, rules: string[]][] = [
  ['a whole project', WHOLE, []],
  ['no README', without('README.md'), ['missing-readme']],
  ['a README of a line', { ...WHOLE, 'README.md': '# x' }, ['short-readme']],
  ['no pipeline and no tests', without('.github/workflows/ci.yml', 'tests/a.test.ts'), []],
  [
    'dependencies that are not ignored',
    { ...WHOLE, 'package.json': '{"dependencies":{"dotenv":"1"}}', '.gitignore': 'dist\n' },
    ['gitignore-gap'],
  ],
  ['a licence named by its kind', { ...without('LICENSE'), 'MIT-LICENSE': 'x' }, []],
  ['no licence: the rest is not asked', without('LICENSE', 'SECURITY.md'), ['missing-licence']],
  ['a snippet', { 'a.ts': 'f();' }, []],
  ['nothing', {}, []],
];

const ABSENT: [name: string, files: Files, texts: string[]][] = [
  ['a whole project', WHOLE, []],
  ['no pipeline', without('.github/workflows/ci.yml'), ['CI pipeline for the tests']],
  ['no ignore rules', without('.gitignore'), ['.gitignore']],
  ['nothing for contributors', without('SECURITY.md', 'CONTRIBUTING.md'), ['CONTRIBUTING', 'SECURITY']],
];

describe('project-files', () => {
  it.each(ABSENT)('counts what is absent without a severity: %s', async (_name, files, texts) => {
    const { findings, numbers = [] } = await run(fakeTree(files));
    expect(findings).toEqual([]);
    expect(numbers.map(({ text }) => text)).toEqual(texts);
  });

  it.each(CASES)('%s', async (_name, files, rules) => {
    expect(rulesOf(await run(fakeTree(files)))).toEqual(rules);
  });

  it('rates a missing licence as major if the package can be published', async () => {
    const open = { ...without('LICENSE'), 'package.json': '{"version":"1.0.0"}' };
    const closed = { ...without('LICENSE'), 'package.json': '{"version":"1.0.0","private":true}' };
    expect((await run(fakeTree(open))).findings[0]?.severity).toBe('major');
    expect((await run(fakeTree(closed))).findings[0]?.severity).toBe('minor');
  });

  it('checks only the README in a part of a repository', async () => {
    const result = await run(fakeTree(SOURCES, { prefix: 'packages/a/' }));
    expect(rulesOf(result)).toEqual(['missing-readme']);
  });
});
