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
  ['an environment of a test', { 'tests/.env': VALUE }, ['env-file minor']],
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
    'build output',
    { 'web/.next/a.js': 'x', 'src/__pycache__/a.pyc': 'x' },
    ['build-output minor', 'build-output minor'],
  ],
  ['compiled files, once', { 'a/A.class': 'x', 'b/B.class': 'x', 'c.o': 'x' }, ['compiled-file minor']],
  ['system files, once', { '.DS_Store': 'x', 'a/.DS_Store': 'x', 'b/Thumbs.db': 'x' }, ['system-file minor']],
  ['editor files', { '.idea/workspace.xml': 'x', 'a.swp': 'x' }, ['editor-file minor']],
  [
    'shared editor files',
    { '.vscode/settings.json': '{}', '.idea/codeStyles/Project.xml': 'x', '.editorconfig': 'x' },
    [],
  ],
  ['rests', { 'a.orig': 'x', 'npm-debug.log': 'x' }, ['left-file minor']],
  ['databases', { 'data.sqlite': {}, 'dump.sql.gz': {} }, ['database-file minor', 'database-file minor']],
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
    const files = { 'a/A.class': 'x', 'b/B.class': 'x' };
    expect((await run(fakeTree(files))).findings[0]?.title).toBe('compiled-file: a compiled file (2 files)');
    expect((await run(fakeTree(files, { git: false }))).findings).toEqual([]);
  });
});
