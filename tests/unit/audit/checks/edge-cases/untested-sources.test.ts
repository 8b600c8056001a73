import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/edge-cases/untested-sources.ts';
import { type Files, fakeTree } from '../../fake-tree.ts';

const LONG = 'const value = compute(1);\n'.repeat(60);
const OTHER = { 'tests/other.test.ts': "import '../src/other.ts';" };

const CASES: [name: string, files: Files, untested: string[]][] = [
  ['no test names it', { 'src/price.ts': LONG, ...OTHER }, ['src/price.ts']],
  ['a test has its name', { 'src/price.ts': LONG, 'tests/price.test.ts': 'x' }, []],
  [
    'a test imports it',
    { 'src/price-list.ts': LONG, 'tests/a.test.ts': "import '../src/price-list.ts';" },
    [],
  ],
  [
    'a test uses its class',
    { 'src/PriceList.java': LONG, 'src/test/java/AllTest.java': 'new PriceList();' },
    [],
  ],
  [
    'what a tested file imports is tested through it',
    {
      'src/other.ts': "import { x } from './parts/price.ts';",
      'src/parts/price.ts': LONG,
      'src/lone.ts': LONG,
      ...OTHER,
    },
    ['src/lone.ts'],
  ],
  ['pytest', { 'app/price.py': LONG, 'tests/test_price.py': 'x' }, []],
  [
    'a Go package is tested as one',
    { 'a/price.go': LONG, 'a/all_test.go': 'x', 'b/cost.go': LONG },
    ['b/cost.go'],
  ],
  ['Rust tests beside the code', { 'src/price.rs': `${LONG}#[cfg(test)]\nmod t {}`, ...OTHER }, []],
  ['a role in the name', { 'src/price.service.ts': LONG, 'tests/price.test.ts': 'x' }, []],
  [
    'short files, entries, types, scripts and examples',
    {
      'src/short.ts': 'f();',
      'src/index.ts': LONG,
      'src/a.d.ts': LONG,
      'scripts/x.ts': LONG,
      'examples/y.ts': LONG,
      'vite.config.ts': LONG,
      ...OTHER,
    },
    [],
  ],
];

describe('untested-sources', () => {
  it.each(CASES)('%s', async (_name, files, untested) => {
    const { findings, numbers = [] } = await run(fakeTree(files));
    expect(numbers.map(({ text }) => text.split(':')[0])).toEqual(untested);
    expect(findings).toEqual([]);
  });

  it('lists the ten longest', async () => {
    const sources = Array.from({ length: 12 }, (_, i) => [`src/price${i}.ts`, LONG + 'f();\n'.repeat(i)]);
    const { numbers = [] } = await run(fakeTree({ ...Object.fromEntries(sources), ...OTHER }));
    expect(numbers).toHaveLength(11);
    expect(numbers[0]).toEqual({ topic: 'Sources that no test names', text: 'src/price11.ts: 71 lines' });
    expect(numbers[10]?.text).toBe('2 more');
  });

  it('says that a project has no tests', async () => {
    const { findings, numbers } = await run(fakeTree({ 'a.ts': LONG, 'b.ts': LONG, 'c.ts': LONG }));
    expect(findings).toEqual([]);
    expect(numbers).toEqual([{ topic: 'Tests', text: '3 sources and no test' }]);
    expect((await run(fakeTree({ 'a.ts': LONG }))).numbers).toBeUndefined();
  });
});
