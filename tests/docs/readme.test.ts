import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/audit/checks/catalog.io.ts';
import { DEFAULT_LIMITS } from '../../src/run/ledger/manifest.ts';

const readme = readFileSync('README.md', 'utf8');
const benchmarks = readFileSync('docs/benchmarks.md', 'utf8');

/** The one number that a pattern captures in README; fails if the sentence is gone or has no number. */
function numberIn(pattern: RegExp): number {
  const matches = [...readme.matchAll(new RegExp(pattern, 'g'))];
  expect(matches, String(pattern)).toHaveLength(1);
  return Number(matches[0]?.[1]?.replace(',', ''));
}

/** Measured tokens in the parent of one row of the context benchmark. */
function measuredTokens(row: string): number {
  const line = benchmarks.split('\n').find((candidate) => candidate.startsWith(`| ${row} |`));
  expect(line, row).toBeDefined();
  return Number(line?.split('|')[2]);
}

describe('the numbers in README', () => {
  it('count the built-in checks and their domains', () => {
    expect(numberIn(/has (\d+) built-in checks/)).toBe(CHECKS.length);
    expect(numberIn(/built-in checks in (\d+) domains/)).toBe(
      new Set(CHECKS.map(({ domain }) => domain)).size,
    );
  });

  it('give the checks of the audit in its transcript', () => {
    expect(numberIn(/\(audit\): (\d+) of \d+ checks done/)).toBe(CHECKS.length);
  });

  it.each([
    ['haiku', /at most (\d+) haiku/],
    ['sonnet', /, (\d+) sonnet/],
    ['opus', /, (\d+) opus/],
    ['fable', /or (\d+) fable agents/],
  ] as const)('give the limit of %s', (model, pattern) => {
    expect(numberIn(pattern)).toBe(DEFAULT_LIMITS.models[model]);
  });

  it('give the measured cost of a run, rounded to a hundred tokens', () => {
    const cost = numberIn(/about (\d,\d{3}) tokens/);
    for (const row of ['workflow, 30 workers', 'workflow, 300 workers']) {
      expect(Math.abs(measuredTokens(row) - cost)).toBeLessThanOrEqual(100);
    }
  });

  it('name the lowest version of Node that package.json accepts', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    expect(readme).toContain(`Node ${engines.node.replace('>=', '')} or newer`);
  });
});

describe('README', () => {
  it('has at most 150 lines', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
    // The package on npm holds them, too.
    const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };
    const isPacked = (link: string) => files.some((entry) => link === entry || link.startsWith(`${entry}/`));
    expect(links.filter((link) => !isPacked(link))).toEqual([]);
  });
});
