import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULE_NAMES } from '../../src/audit/rules/rule-names.ts';

const CHECKS = 'src/audit/checks';

/** The rules that the sources of the checks name. */
function rulesInSources(): string[] {
  const files = readdirSync(CHECKS, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const texts = files.map((name) => readFileSync(join(CHECKS, name), 'utf8'));
  // Catalogs of checks and of tools use the same keys for other names.
  const rules = texts.flatMap((text) =>
    [...text.matchAll(/\brule: '([a-z-]+)'|\bid: '([a-z-]+)',\s*severity/g)].map(
      ([, rule, id]) => rule ?? id ?? '',
    ),
  );
  return [...new Set(rules)].filter((rule) => !PARTS.includes(rule)).sort();
}

/** Ends of the names of secrets: `secret-hardcoded`. */
const PARTS = ['hardcoded'];

describe('docs/rules.md', () => {
  const page = readFileSync('docs/rules.md', 'utf8');
  const described = [...page.matchAll(/^### (\S+)$/gm)].map(([, rule]) => rule);

  it('describes every rule that the checks name', () => {
    expect(rulesInSources().filter((rule) => !described.includes(rule))).toEqual([]);
  });

  it('has the rules that a configuration may name', () => {
    expect(RULE_NAMES).toEqual(described.filter((rule) => rule !== 'secret-*').sort());
  });

  it('describes each once, with a bad and a good example', () => {
    expect(new Set(described).size).toBe(described.length);
    for (const section of page.split(/^### /m).slice(1))
      expect(section).toMatch(/Bad:\n\n```text\n[\s\S]+?\S[\s\S]+?Good:\n\n```text\n(?!```)/);
  });
});
