import { describe, expect, it } from 'vitest';
import { classifyLicence } from '../../../../../src/audit/checks/compliance/licence-policy.ts';
import { detectLicence } from '../../../../../src/audit/checks/compliance/licence-text.ts';
import { run } from '../../../../../src/audit/checks/compliance/licences.io.ts';
import { type Files, fakeTree, rulesOf } from '../../fake-tree.ts';

const MIT =
  'MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this';
const APACHE =
  '                                 Apache License\n                           Version 2.0, January 2004';
const GPL = '                    GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007';

function lock(...licences: (string | undefined)[]): string {
  const entries = licences.map((license, i) => [`node_modules/p${i}`, { version: '1.0.0', license }]);
  return JSON.stringify(
    { lockfileVersion: 3, packages: { '': {}, ...Object.fromEntries(entries) } },
    null,
    1,
  );
}

const CASES: [name: string, files: Files, found: string[]][] = [
  [
    'permissive ones',
    { LICENSE: MIT, 'package-lock.json': lock('MIT', 'ISC', 'Apache-2.0', '(MIT OR GPL-3.0)') },
    [],
  ],
  ['strong copyleft', { LICENSE: MIT, 'package-lock.json': lock('GPL-3.0-only') }, ['strong-copyleft major']],
  ['the same in a GPL project', { LICENSE: GPL, 'package-lock.json': lock('GPL-3.0-only', 'LGPL-3.0') }, []],
  [
    'both parts bind',
    { LICENSE: MIT, 'package-lock.json': lock('MIT AND AGPL-3.0') },
    ['strong-copyleft major'],
  ],
  ['weak copyleft', { LICENSE: MIT, 'package-lock.json': lock('MPL-2.0') }, ['weak-copyleft minor']],
  ['restricted', { LICENSE: MIT, 'package-lock.json': lock('BUSL-1.1') }, ['restricted-licence major']],
  ['unknown among known', { 'package-lock.json': lock('MIT', 'MIT', undefined) }, ['unknown-licence minor']],
  ['a lock that names none', { 'package-lock.json': lock(undefined, undefined) }, []],
  ['UNLICENSED', { 'package-lock.json': lock('MIT', 'UNLICENSED') }, ['unknown-licence minor']],
  [
    'development only',
    {
      'package-lock.json': JSON.stringify({
        packages: { '': {}, 'node_modules/a': { version: '1', license: 'GPL-3.0', dev: true } },
      }),
    },
    [],
  ],
  [
    'composer',
    { 'composer.lock': '{"packages":[{"name":"a/b","version":"1","license":["GPL-3.0-only"]}]}' },
    ['strong-copyleft major'],
  ],
  [
    'text and manifest differ',
    { LICENSE: APACHE, 'package.json': '{"license":"MIT"}' },
    ['licence-mismatch major'],
  ],
  ['text and manifest agree', { LICENSE: GPL, 'Cargo.toml': 'license = "GPL-3.0-or-later"\n' }, []],
  [
    'one of two texts',
    { 'LICENSE-MIT': MIT, 'LICENSE-APACHE': APACHE, 'Cargo.toml': 'license = "MIT OR Apache-2.0"\n' },
    [],
  ],
  ['not SPDX', { 'package.json': '{"license":"My own terms"}' }, ['invalid-licence minor']],
  ['closed', { LICENSE: 'All rights reserved.', 'package.json': '{"license":"UNLICENSED"}' }, []],
  ['nothing', {}, []],
];

describe('licences', () => {
  it.each(CASES)('%s', async (_name, files, found) => {
    const result = await run(fakeTree(files));
    const rules = rulesOf(result);
    expect(result.findings.map((f, i) => `${rules[i]} ${f.severity}`)).toEqual(found);
  });

  it.each([
    ['MIT', 'permissive'],
    ['MIT OR GPL-3.0-only', 'permissive'],
    ['GPL-2.0-only WITH Classpath-exception-2.0', 'weak'],
    ['Apache 2', 'permissive'],
    ['CC-BY-NC-4.0', 'restricted'],
    ['CC-BY-4.0', 'permissive'],
    ['LicenseRef-mine', 'unknown'],
    ['our own terms', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (expression, bond) => expect(classifyLicence(expression)).toBe(bond));

  it.each([
    [MIT, 'MIT'],
    [APACHE, 'Apache-2.0'],
    [GPL, 'GPL-3.0'],
    ['Our terms.', undefined],
  ])('recognizes a text', (text, id) => expect(detectLicence(text)).toBe(id));
});
