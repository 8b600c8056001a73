import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/compliance/headers.ts';
import { fakeTree } from '../../fake-tree.ts';

const CODE = 'f();\n'.repeat(12);

function tree(withHeader: number, without: number) {
  const names = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, i) => `src/${prefix}${i}.ts`);
  return fakeTree({
    ...Object.fromEntries(
      names(withHeader, 'a').map((path) => [path, `// SPDX-License-Identifier: MIT\n${CODE}`]),
    ),
    ...Object.fromEntries(names(without, 'b').map((path) => [path, CODE])),
    'tests/a.test.ts': 'f();',
  });
}

describe('headers', () => {
  it.each([
    ['a habit with two exceptions', 20, 2, 2],
    ['no habit', 5, 15, 0],
    ['too few files', 5, 1, 0],
    ['all', 20, 0, 0],
    ['nothing', 0, 0, 0],
  ])('%s', async (_name, withHeader, without, found) => {
    expect((await run(tree(withHeader, without))).findings).toHaveLength(found);
  });
});
