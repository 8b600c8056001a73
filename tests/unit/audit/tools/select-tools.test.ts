import { describe, expect, it } from 'vitest';
import { renderTools } from '../../../../src/audit/tools/describe-tools.ts';
import { parseVersion } from '../../../../src/audit/tools/run-tool.io.ts';
import { readToolChoice, selectTools } from '../../../../src/audit/tools/select-tools.ts';
import { filesFor, foldersFor, packPaths } from '../../../../src/audit/tools/tool-files.ts';
import { toolNamed } from '../../../../src/audit/tools/tool-table.ts';
import type { ToolName } from '../../../../src/findings/tool-names.ts';
import { listUserFolders } from '../../../../src/system/process/program-folders.ts';
import { fakeTree } from '../fake-tree.ts';

describe('--tools', () => {
  it.each([
    [['auto'], 'auto'],
    [['none'], 'none'],
    [
      ['bandit,shellcheck', 'ruff'],
      ['bandit', 'ruff', 'shellcheck'],
    ],
  ])('%j is %j', (words, choice) => {
    expect(readToolChoice(words, '--tools')).toMatchObject({ ok: true, value: choice });
  });

  it.each([[['pylint']], [['']], [['auto', 'bandit']]])('refuses %j and names the tools', (words) => {
    const read = readToolChoice(words, '--tools');
    expect(read).toMatchObject({ ok: false, cause: 'input', diagnostics: [{ code: 'audit-tools-unknown' }] });
    expect(read.diagnostics[0]?.fix).toContain('osv-scanner');
  });

  it('starts what is ready by itself, and what is named in any case', () => {
    const states = new Map<ToolName, 'ready' | 'missing' | 'needs-consent'>([
      ['bandit', 'ready'],
      ['eslint', 'needs-consent'],
      ['gosec', 'missing'],
    ]);
    expect(selectTools('auto', states)).toEqual(['bandit']);
    expect(selectTools('none', states)).toEqual([]);
    expect(selectTools(['gosec', 'eslint'], states)).toEqual(['gosec', 'eslint']);
  });
});

describe('the files of a tool', () => {
  const script = (text: string) => ({ mode: 0o755, text: () => text });
  const files = {
    'src/a.py': 'x = 1\n',
    'node_modules/b/b.py': 'x = 1\n',
    'bin/run': script('#!/usr/bin/env python3\nx = 1\n'),
    'bin/start': script('#!/bin/sh\nx=1\n'),
    'docs/quoted': '#!/bin/sh\nx=1\n',
    'svc/go.mod': 'module x\n',
    'go.mod': 'module y\n',
  };

  it.each([
    ['bandit', ['bin/run', 'src/a.py']],
    ['shellcheck', ['bin/start']],
    ['gosec', ['go.mod', 'svc/go.mod']],
  ] as const)('%s: %j', (name, expected) => {
    expect(filesFor(toolNamed(name), fakeTree(files))).toEqual(expected);
  });

  it('give the folders in which it starts', () => {
    expect(foldersFor(toolNamed('gosec'), ['svc/go.mod', 'go.mod'])).toEqual(['', 'svc/']);
    expect(foldersFor(toolNamed('brakeman'), ['shop/config/application.rb'])).toEqual(['shop/']);
    expect(foldersFor(toolNamed('bandit'), ['src/a.py'])).toEqual(['']);
  });

  it('are split for command lines of bounded length', () => {
    expect(packPaths(['aaaa', 'bbbb', 'cccc'], 10)).toEqual([['aaaa', 'bbbb'], ['cccc']]);
    expect(packPaths([], 10)).toEqual([]);
  });
});

describe('the folders of PATH', () => {
  it('are those outside of the project', () => {
    const path = '/usr/bin:./tools::/p/shop/node_modules/.bin:node_modules/.bin:/p/shopping/bin:/p/shop';
    expect(listUserFolders(path, ['/p/shop'])).toEqual(['/usr/bin', '/p/shopping/bin']);
  });
});

describe('a version', () => {
  it.each([
    ['v8.18.0\n', '8.18.0'],
    ['ShellCheck - shell script analysis tool\nversion: 0.9.0\nlicense: GNU', '0.9.0'],
    ['bandit 1.7.10\n  python version = 3.11.2', '1.7.10'],
    ['Version: dev\n', undefined],
  ])('in %j is %s', (output, version) => {
    expect(parseVersion(output)).toBe(version);
  });
});

describe('the list of tools', () => {
  it('says what runs, what needs consent, and how to install the others', () => {
    const more = { program: null, version: null, network: null };
    const text = renderTools([
      {
        id: 'bandit',
        finds: 'vulnerable Python',
        state: 'ready',
        ...more,
        version: '1.7.5',
        install: 'pipx install bandit',
      },
      { id: 'eslint', finds: 'faults', state: 'needs-consent', ...more, install: 'npm install eslint' },
      { id: 'gosec', finds: 'vulnerable Go', state: 'missing', ...more, install: 'see gosec' },
    ]);
    expect(text).toMatch(/^bandit +runs +1\.7\.5 +vulnerable Python$/m);
    expect(text).toContain('eslint would run code of this project');
    expect(text).toContain('  gosec: see gosec');
    expect(text).not.toContain('pipx');
  });
});
