import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/performance/heavy-dependencies.ts';
import { type Files, fakeTree, rulesOf } from '../../fake-tree.ts';

const manifest = (json: object) => JSON.stringify(json, null, 2);

function lock(versions: string[], more: object = {}): string {
  const packages = versions.map((version, i) => [
    `node_modules/p${i}/node_modules/dup`,
    { version, ...more },
  ]);
  return manifest({ lockfileVersion: 3, packages: { '': {}, ...Object.fromEntries(packages) } });
}

const WEB = manifest({ dependencies: { 'react-dom': '19', lodash: '4' } });

const CASES: [name: string, files: Files, rules: string[]][] = [
  [
    'moment',
    { 'package.json': manifest({ dependencies: { moment: '2', dayjs: '1' } }) },
    ['heavy-dependency'],
  ],
  ['moment for development', { 'package.json': manifest({ devDependencies: { moment: '2' } }) }, []],
  [
    'tools of an application',
    { 'package.json': manifest({ private: true, dependencies: { eslint: '9', express: '5' } }) },
    ['tools-in-production'],
  ],
  [
    'tools of a library',
    { 'package.json': manifest({ dependencies: { eslint: '9', '@types/a': '1' } }) },
    [],
  ],
  [
    'four versions',
    { 'package-lock.json': lock(['1.0.0', '2.0.0', '3.0.0', '4.0.0']) },
    ['duplicate-versions'],
  ],
  ['two versions', { 'package-lock.json': lock(['1.0.0', '2.0.0', '2.0.0', '1.0.0']) }, []],
  ['four versions of a tool', { 'package-lock.json': lock(['1', '2', '3', '4'], { dev: true }) }, []],
  ['all of lodash in a page', { 'package.json': WEB, 'a.ts': "import _ from 'lodash';" }, ['whole-library']],
  [
    'all of lodash by name',
    { 'package.json': WEB, 'a.js': "const { map } = require('lodash');" },
    ['whole-library'],
  ],
  [
    'parts of libraries',
    {
      'package.json': WEB,
      'a.ts': "import map from 'lodash/map'; import { a } from 'date-fns'; import type L from 'lodash';",
    },
    [],
  ],
  ['a server may load it all', { 'package.json': manifest({}), 'a.ts': "import _ from 'lodash';" }, []],
  ['a broken manifest', { 'package.json': '{' }, []],
];

describe('heavy-dependencies', () => {
  it.each(CASES)('%s', async (_name, files, rules) => {
    expect(rulesOf(await run(fakeTree(files)))).toEqual(rules);
  });
});
