import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync('CONTRIBUTING.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

const uniqueMatches = (pattern: RegExp) => [
  ...new Set([...page.matchAll(pattern)].map(([, match = '']) => match)),
];

it.each(uniqueMatches(/\b((?:src|tests|scripts|docs)\/[\w./-]*\w)/g))(
  'CONTRIBUTING names an existing path: %s',
  (path) => expect(existsSync(path)).toBe(true),
);

it.each(uniqueMatches(/npm run ([\w:]+)/g))('CONTRIBUTING names an existing script: npm run %s', (script) =>
  expect(Object.keys(scripts)).toContain(script),
);

it('the first change of CONTRIBUTING is still to be made', () => {
  const durations = readFileSync('src/run/ledger/duration.ts', 'utf8');
  expect(durations).toContain('UNIT_MS');
  expect(durations).toContain('[smhd]');
  expect(readFileSync('tests/unit/run/ledger/duration.test.ts', 'utf8')).toContain("'5w'");
});
