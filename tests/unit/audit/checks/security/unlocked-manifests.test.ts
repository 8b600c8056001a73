import { describe, expect, it } from 'vitest';
import { listUnlocked } from '../../../../../src/audit/checks/security/unlocked-manifests.ts';
import { type Files, fakeTree } from '../../fake-tree.ts';

const PACKAGE = '{"dependencies": {"a": "^1.0.0"}}';

describe('manifests without a lock file', () => {
  it.each<[string, Files, string[]]>([
    ['npm', { 'package.json': PACKAGE }, ['package.json']],
    ['a workspace below a lock file', { 'package-lock.json': '{}', 'packages/a/package.json': PACKAGE }, []],
    ['no dependencies', { 'package.json': '{"devDependencies": {"a": "1"}}' }, []],
    ['Python', { 'pyproject.toml': '[project]\ndependencies = [\n  "flask",\n]\n' }, ['pyproject.toml']],
    [
      'Maven',
      { 'pom.xml': '<project><dependencies><dependency>a</dependency></dependencies></project>' },
      ['pom.xml'],
    ],
    [
      'Gradle',
      { 'app/build.gradle.kts': 'dependencies { implementation("a:b:1") }' },
      ['app/build.gradle.kts'],
    ],
    ['.NET', { 'A.csproj': '<Project><PackageReference Include="x" /></Project>' }, ['A.csproj']],
    ['fixtures', { 'tests/fixtures/package.json': PACKAGE }, []],
  ])('%s', (_name, files, paths) => {
    expect(listUnlocked(fakeTree(files)).map((text) => text.split(':')[0])).toEqual(paths);
  });
});
