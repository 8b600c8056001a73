import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readScriptSources } from '../../../../src/session/workflow/script-sources.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const RUN = '20260102-030405-0a1b2c3d';
const SCRIPT = `export const meta = { name: 'zap' }\nagent('x', { label: 'sao:${RUN}/a1' })\n`;

function prepare() {
  const project = makeScratch();
  const folder = join(project, '.claude', 'workflows');
  mkdirSync(folder, { recursive: true });
  const read = (call: { scriptPath?: string; name?: string; script?: string }) =>
    readScriptSources(
      { cwd: project, script: undefined, scriptPath: undefined, name: undefined, ...call },
      { HOME: join(project, 'home') },
    );
  return { folder, read };
}

it('finds a named script beside a named pipe, and other files that the client does not read', () => {
  const { folder, read } = prepare();
  for (const name of ['aaa', 'aaa.js']) execFileSync('mkfifo', [join(folder, name)]);
  mkdirSync(join(folder, 'folder.js'));
  writeFileSync(join(folder, 'note.txt'), `'zap' sao:20260102-030405-ffffffff/a1`);
  writeFileSync(join(folder, 'zap.js'), SCRIPT);
  expect(read({ name: 'zap' })).toEqual({ text: SCRIPT, run: RUN });
});

it('names a script that cannot be checked', () => {
  const { folder, read } = prepare();
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const fault = `${pipe} is not a regular file`;
  expect(read({ scriptPath: '.claude/workflows/pipe' })).toMatchObject({ fault });
  expect(read({ scriptPath: 'missing.js' })).toEqual({ text: undefined, run: undefined });
  // The client starts the text of the call.
  expect(read({ scriptPath: pipe, script: SCRIPT })).toEqual({ text: SCRIPT, run: RUN });
  symlinkSync(pipe, join(folder, 'zap.js'));
  expect(read({ name: 'zap' }).fault).toContain('is not a regular file');
});
