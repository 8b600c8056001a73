import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Words that hide who does a thing. The vocabulary of training data lists some as data. */
const VAGUE = /\b(?:whoever|whatever|nobody|somebody|anybody|stands)\b/i;
const LISTS_WORDS = ['src/memory/training/vocabulary.ts'];

const TREES = ['src', 'docs', 'templates', 'commands', 'skills', 'agents', 'scripts', 'hooks'];
const PAGES = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

const files = TREES.flatMap((tree) =>
  readdirSync(tree, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && !entry.name.endsWith('.png') ? [join(entry.parentPath, entry.name)] : [],
  ),
);

it('texts say who acts', () => {
  expect(files.length).toBeGreaterThan(500);
  const found = [...files, ...PAGES]
    .filter((file) => !LISTS_WORDS.includes(file))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, at) => (VAGUE.test(line) ? [`${file}:${at + 1} ${line.trim()}`] : [])),
    );
  expect(found).toEqual([]);
});
