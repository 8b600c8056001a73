import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'docs/decisions'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
];

/** Paths of this repository in inline code: `src/run/plan`, `templates/worker.md`; globs and `…` are left out. */
function pathsIn(page: string): string[] {
  const code = [
    ...readFileSync(page, 'utf8').matchAll(/`((?:src|tests|scripts|templates|hooks|bin|docs)\/[\w./-]*)`/g),
  ];
  return code.map((match) => match[1] ?? '');
}

it.each(pages)('%s names only paths that exist', (page) => {
  expect(pathsIn(page).filter((path) => !existsSync(path))).toEqual([]);
});

it('docs/architecture.md names the folders of src at depth 1 and 2', () => {
  const text = readFileSync('docs/architecture.md', 'utf8');
  const areas = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const missing = areas.flatMap(({ name }) => {
    const rooms = readdirSync(join('src', name), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    return [`src/${name}`, ...rooms.map((room) => `src/${name}/${room.name}`)].filter(
      (path) => !text.includes(`\`${path}\``) && !text.includes(`\`${path}/`),
    );
  });
  expect(missing).toEqual([]);
});
