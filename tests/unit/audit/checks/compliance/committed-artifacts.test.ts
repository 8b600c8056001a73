import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/compliance/committed-artifacts.ts';
import { type Files, fakeTree, rulesOf } from '../../fake-tree.ts';

const KEY = ['-----BEGIN ', 'PRIVATE KEY-----'].join('');
const VALUE = ['DB_PASSWORD=', 'tr0ub4dor'].join('');

const CASES: [name: string, files: Files, found: string[]][] = [
  [
    'an environment with values',
    { '.env': VALUE, 'api/.env.production': VALUE },
    ['env-file major', 'env-file major'],
  ],
  [
    'templates',
    { '.env.example': VALUE, '.env.test': VALUE, '.env': 'DB_PASSWORD=\nURL=$HOST\nDEBUG=1' },
    [],
  ],
  [
    'keys',
    { 'a.key': KEY, 'b.pem': '-----BEGIN CERTIFICATE-----', 'c.p12': {} },
    ['key-file major', 'key-store major'],
  ],
  ['a Terraform state', { 'infra/x.tfstate': '{}' }, ['terraform-state major']],
  [
    'dependencies, once a folder',
    { 'node_modules/a/index.js': 'x', 'node_modules/b/index.js': 'x', 'web/node_modules/c.js': 'x' },
    ['installed-dependencies major', 'installed-dependencies major'],
  ],
  [
    'build output, compiled files, files of systems and editors, rests and databases',
    {
      'web/.next/a.js': 'x',
      'a/A.class': 'x',
      '.DS_Store': 'x',
      '.idea/workspace.xml': 'x',
      'a.orig': 'x',
      'data.sqlite': {},
    },
    [],
  ],
  [
    'tests and samples',
    { 'tests/.env': VALUE, 'tests/fixtures/node_modules/a/index.js': 'x', 'examples/a.key': KEY },
    [],
  ],
  [
    'shared editor files',
    { '.vscode/settings.json': '{}', '.idea/codeStyles/Project.xml': 'x', '.editorconfig': 'x' },
    [],
  ],
  ['not tracked', { '.env': { text: () => VALUE, tracked: false } }, []],
  ['ordinary files', { 'src/env.ts': VALUE, 'src/log.ts': 'x', 'docs/keys.md': KEY, catalog: 'x' }, []],
];

describe('committed-artifacts', () => {
  it.each(CASES)('%s', async (_name, files, found) => {
    const result = await run(fakeTree(files));
    const rules = rulesOf(result);
    expect(result.findings.map((f, i) => `${rules[i]} ${f.severity}`)).toEqual(found);
  });

  it('counts the files of a group, and reports nothing outside a repository', async () => {
    const files = { 'node_modules/a.js': 'x', 'node_modules/b.js': 'x' };
    expect((await run(fakeTree(files))).findings[0]?.title).toBe(
      'installed-dependencies: installed dependencies (2 files)',
    );
    expect((await run(fakeTree(files, { git: false }))).findings).toEqual([]);
  });
});
