import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addToBuildPrompt } from '../../../../src/pipeline/prompts/build-prompt.ts';
import {
  type ChangeLog,
  DEFAULT_CHANGE_LOG,
  findChangeLog,
  findMissingEntry,
  pathsToRead,
} from '../../../../src/pipeline/release/change-log.ts';
import { parseTemplate } from '../../../../src/run/prompt/template.ts';

const file = (path: string): ChangeLog => ({ kind: 'file', path, isNew: false });
const fragments = (folder: string, tool: 'changesets' | 'towncrier' = 'towncrier'): ChangeLog => ({
  kind: 'fragments',
  folder,
  tool,
});
const VERSIONS = '# Releases\n\n## 1.2.0\n\n- A fix\n';
const TOWNCRIER =
  '[project]\nname = "x"\n\n[tool.towncrier]\npackage = "x"\ndirectory = "docs/changes"\n\n[tool.ruff]\ndirectory = "no"\n';

/** Tracked paths with their texts, the change log of the project, and the path of an entry. */
const PROJECTS: [string, Record<string, string>, ChangeLog, string][] = [
  ['none', { 'README.md': '1.0', 'src/changes.py': '1.0' }, DEFAULT_CHANGE_LOG, 'CHANGELOG.md'],
  ['CHANGELOG.md', { 'CHANGELOG.md': '# Changelog\n' }, file('CHANGELOG.md'), 'CHANGELOG.md'],
  ['HISTORY.md', { 'HISTORY.md': VERSIONS }, file('HISTORY.md'), 'HISTORY.md'],
  ['History.md', { 'History.md': VERSIONS }, file('History.md'), 'History.md'],
  ['CHANGES.rst', { 'CHANGES.rst': VERSIONS }, file('CHANGES.rst'), 'CHANGES.rst'],
  ['CHANGES without an ending', { CHANGES: VERSIONS }, file('CHANGES'), 'CHANGES'],
  ['NEWS', { NEWS: VERSIONS }, file('NEWS'), 'NEWS'],
  [
    'docs/changelog.md',
    { 'docs/changelog.md': VERSIONS, 'docs/news.md': 'Today' },
    file('docs/changelog.md'),
    'docs/changelog.md',
  ],
  ['RELEASE-NOTES.md', { 'RELEASE-NOTES.md': VERSIONS }, file('RELEASE-NOTES.md'), 'RELEASE-NOTES.md'],
  [
    'a pointer and the real one',
    { 'CHANGELOG.md': 'See HISTORY.md\n', 'HISTORY.md': VERSIONS },
    file('HISTORY.md'),
    'HISTORY.md',
  ],
  [
    'two with versions',
    { 'NEWS.md': VERSIONS, 'CHANGELOG.md': VERSIONS },
    file('CHANGELOG.md'),
    'CHANGELOG.md',
  ],
  [
    'the top and docs',
    { 'docs/changelog.md': VERSIONS, 'HISTORY.md': VERSIONS },
    file('HISTORY.md'),
    'HISTORY.md',
  ],
  [
    'changesets',
    { '.changeset/config.json': '{}', '.changeset/README.md': '', 'CHANGELOG.md': VERSIONS },
    fragments('.changeset', 'changesets'),
    '.changeset/brave-cats-sing.md',
  ],
  [
    'changelog.d',
    { 'changelog.d/.gitkeep': '', 'CHANGELOG.md': VERSIONS },
    fragments('changelog.d'),
    'changelog.d/12.added.md',
  ],
  [
    'newsfragments',
    { 'newsfragments/41.bugfix.rst': 'A' },
    fragments('newsfragments'),
    'newsfragments/42.feature.rst',
  ],
  [
    'changes with fragments',
    { 'changes/41.bugfix': 'A', 'CHANGES.rst': VERSIONS },
    fragments('changes'),
    'changes/42.feature',
  ],
  [
    'changes with code',
    { 'changes/index.ts': 'A', 'HISTORY.md': VERSIONS },
    file('HISTORY.md'),
    'HISTORY.md',
  ],
  [
    'a folder that towncrier names',
    { 'pyproject.toml': TOWNCRIER, 'CHANGES.rst': VERSIONS },
    fragments('docs/changes'),
    'docs/changes/7.misc',
  ],
  [
    'towncrier without a folder',
    { 'towncrier.toml': '[tool.towncrier]\npackage = "x"\n' },
    fragments('newsfragments'),
    'newsfragments/7.misc',
  ],
  [
    'another pyproject.toml',
    { 'pyproject.toml': '[project]\nname = "towncrier"\n', NEWS: VERSIONS },
    file('NEWS'),
    'NEWS',
  ],
];

describe.each(PROJECTS)('the change log of a project with %s', (_name, files, expected, entry) => {
  const tracked = Object.keys(files);
  const texts = new Map(pathsToRead(tracked).map((path) => [path, files[path] ?? '']));
  const log = findChangeLog(tracked, texts);

  it('is found from its tracked files', () => {
    expect(log).toEqual(expected);
  });

  it('needs an entry in its own place, and no other', () => {
    expect(findMissingEntry(log, ['src/a.ts', entry])).toBeUndefined();
    const place = log.kind === 'file' ? log.path : `${log.folder}/`;
    expect(findMissingEntry(log, ['src/a.ts', 'OTHER.md'])).toContain(`${place} has no`);
    if (entry !== 'CHANGELOG.md') expect(findMissingEntry(log, ['CHANGELOG.md'])).toContain(place);
  });

  it('is named in the prompt of the shipper', () => {
    const load = (name: string) => parseTemplate(readFileSync(`templates/${name}.md`, 'utf8'));
    const text = addToBuildPrompt('', { kind: 'change-log', log }, load);
    expect(text).toContain(`\`${log.kind === 'file' ? log.path : `${log.folder}/`}`);
    expect(text.includes('Create no other change log')).toBe(log.kind === 'file' && !log.isNew);
  });
});

it('an entry is no placeholder, and a changeset is no configuration', () => {
  expect(findMissingEntry(fragments('changelog.d'), ['changelog.d/README.md'])).toBeDefined();
  expect(findMissingEntry(fragments('.changeset', 'changesets'), ['.changeset/config.json'])).toBeDefined();
});
