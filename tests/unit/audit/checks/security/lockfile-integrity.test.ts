import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/security/lockfile-integrity.ts';
import { type Files, fakeTree, rulesOf } from '../../fake-tree.ts';

const HASH = 'sha512-aaaaaaaa==';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

function npmLock(packages: Record<string, object>, root: object = {}): string {
  return JSON.stringify({ lockfileVersion: 3, packages: { '': root, ...packages } }, null, 2);
}

const MANY = Object.fromEntries(
  Array.from({ length: 10 }, (_, i) => [
    `node_modules/p${i}`,
    { version: '1.0.0', resolved: `https://registry.example.org/p${i}/-/p${i}-1.0.0.tgz`, integrity: HASH },
  ]),
);

const CASES: [name: string, files: Files, rules: string[]][] = [
  ['a sound npm lock', { 'package-lock.json': npmLock(MANY) }, []],
  [
    'a package over http',
    {
      'package-lock.json': npmLock({ 'node_modules/a': { resolved: 'http://r.io/a.tgz', integrity: HASH } }),
    },
    ['insecure-source'],
  ],
  [
    'a git source with a commit',
    {
      'package-lock.json': npmLock({ 'node_modules/a': { resolved: `git+ssh://git@x.io/a.git#${COMMIT}` } }),
    },
    ['git-source'],
  ],
  [
    'a git source with a branch',
    { 'package-lock.json': npmLock({ 'node_modules/a': { resolved: 'git+ssh://git@x.io/a.git#main' } }) },
    ['mutable-source'],
  ],
  [
    'no integrity, once a file',
    {
      'package-lock.json': npmLock({
        'node_modules/a': { version: '1' },
        'node_modules/b': { version: '1' },
      }),
    },
    ['missing-integrity'],
  ],
  [
    'workspaces, links and bundled packages need no integrity',
    {
      'package-lock.json': npmLock({
        'packages/a': { version: '1' },
        'node_modules/a': { resolved: 'packages/a', link: true },
        'node_modules/b': { version: '1', inBundle: true },
      }),
    },
    [],
  ],
  [
    'only sha1',
    { 'package-lock.json': npmLock({ 'node_modules/a': { version: '1', integrity: 'sha1-abc=' } }) },
    ['weak-integrity'],
  ],
  [
    'one package from another host',
    {
      'package-lock.json': npmLock({
        ...MANY,
        'node_modules/x': { resolved: 'https://files.evil.io/x.tgz', integrity: HASH },
      }),
    },
    ['foreign-host'],
  ],
  [
    'version 1, nested',
    {
      'package-lock.json': JSON.stringify({
        lockfileVersion: 1,
        dependencies: {
          a: { version: '1.0.0', integrity: HASH, dependencies: { b: { version: 'git://x.io/b.git#main' } } },
        },
      }),
    },
    ['insecure-source'],
  ],
  ['a broken lock', { 'package-lock.json': '{ <<<<<<< HEAD' }, ['broken-lock']],
  [
    'a lock behind its manifest',
    {
      'package.json': '{"dependencies":{"a":"^2.0.0"}}',
      'package-lock.json': npmLock({}, { dependencies: { a: '^1.0.0' } }),
    },
    ['stale-lock'],
  ],
  [
    'optional packages are listed by npm in one place only',
    {
      'package.json': '{"dependencies":{"a":"^2"},"optionalDependencies":{"a":"^2"}}',
      'package-lock.json': npmLock({}, { optionalDependencies: { a: '^2' } }),
    },
    [],
  ],
  ['no lock', { 'package.json': '{"dependencies":{"a":"1"}}' }, ['missing-lock']],
  ['nothing to lock', { 'package.json': '{"name":"a"}', 'go.mod': 'module a\n' }, []],
  [
    'a workspace is locked above',
    { 'packages/a/package.json': '{"dependencies":{"b":"1"}}', 'yarn.lock': '# yarn lockfile v1\n' },
    [],
  ],
  ['a fixture needs no lock', { 'tests/fixtures/package.json': '{"dependencies":{"a":"1"}}' }, []],
  ['go.mod without go.sum', { 'go.mod': 'module a\nrequire b v1.0.0\n' }, ['missing-lock']],
  [
    'two managers',
    { 'package-lock.json': npmLock({}), 'yarn.lock': '# yarn lockfile v1\n' },
    ['several-locks'],
  ],
  [
    'yarn 1: http, and a good one',
    {
      'yarn.lock': `# yarn lockfile v1\n\na@^1:\n  version "1.0.0"\n  resolved "http://r.io/a-1.0.0.tgz#${COMMIT}"\n  integrity ${HASH}\n\n"@b/c@^1":\n  version "1.0.0"\n  resolved "https://registry.yarnpkg.com/c.tgz"\n  integrity ${HASH}\n`,
    },
    ['insecure-source'],
  ],
  [
    'yarn 2: checksum is integrity, a workspace needs none',
    {
      'yarn.lock':
        '__metadata:\n  version: 8\n\n"a@npm:^1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  checksum: 10/ab\n\n"w@workspace:.":\n  version: 0.0.0\n  resolution: "w@workspace:."\n',
    },
    [],
  ],
  [
    'pnpm: a tarball over http without a hash',
    {
      'pnpm-lock.yaml': `lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: ${HASH}}\n  b@1.0.0:\n    resolution: {tarball: http://r.io/b.tgz}\n`,
    },
    ['insecure-source', 'missing-integrity'],
  ],
  ['a registry over http', { '.npmrc': 'registry=http://npm.acme.io/\n' }, ['insecure-registry']],
  ['a local registry', { '.npmrc': 'registry=http://localhost:4873/\nstrict-ssl=true\n' }, []],
  [
    'pip over http',
    { 'requirements.txt': '--index-url http://pypi.acme.io\na==1.0\n' },
    ['insecure-registry'],
  ],
  [
    'requirements without versions',
    { 'requirements.txt': 'a>=1\nb\nc==1.0  # x\n-r more.txt\n' },
    ['open-requirement'],
  ],
  ['requirements beside a lock', { 'requirements.txt': 'a>=1\n', 'uv.lock': 'version = 1\n' }, []],
];

describe('lockfile-integrity', () => {
  it.each(CASES)('%s', async (_name, files, rules) => {
    expect(rulesOf(await run(fakeTree(files)))).toEqual(rules);
  });

  it('prints the line, and no password of an address', async () => {
    const lock = npmLock({
      'node_modules/a': { resolved: `git+http://${['u', 'p4ss'].join(':')}@x.io/a.git#main` },
    });
    const { findings } = await run(fakeTree({ 'package-lock.json': lock }));
    expect(findings).toMatchObject([{ path: 'package-lock.json', line: 5 }]);
    expect(JSON.stringify(findings)).not.toContain('p4ss');
  });
});

it('accepts entries of Yarn that have a condition and by design no checksum', async () => {
  const lock = `__metadata:
  version: 8

"@esbuild/linux-x64@npm:0.21.5":
  version: 0.21.5
  resolution: "@esbuild/linux-x64@npm:0.21.5"
  conditions: os=linux & cpu=x64
  languageName: node
  linkType: hard

"left@npm:1.0.0":
  version: 1.0.0
  resolution: "left@npm:1.0.0"
  checksum: 10c0/abc
  languageName: node
  linkType: hard
`;
  const { findings } = await run(fakeTree({ 'yarn.lock': lock }));
  expect(findings).toEqual([]);
});
