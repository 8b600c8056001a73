import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleModule } from '../harness/bundle.ts';
import { makeScratch } from '../harness/scratch.ts';

const filesModule = bundleModule('tests/hazards/fixtures/files.ts');
afterAll(() => filesModule.remove());

/** A disk of 64 kB that only this command sees; it needs user namespaces or root. */
const MOUNT = 'mount -t tmpfs -o size=64k tmpfs "$1" && shift && exec "$@"';
const withSmallDisk = (directory: string, command: readonly string[]) =>
  spawnSync('unshare', ['-rm', 'sh', '-c', MOUNT, 'sh', directory, ...command], { encoding: 'utf8' });

const canMount = process.platform === 'linux' && withSmallDisk('/mnt', ['true']).status === 0;
const reason = canMount ? '' : ' (skipped: this machine lets us mount no disk of our own)';

describe.skipIf(!canMount)(`a full disk${reason}`, () => {
  it.each([
    ['replace on a full disk', /disk-full/, ['"before"']],
    ['append on a full disk', /append-short|disk-full/, ['"before"', 'torn', '"after"']],
    ['lock on a full disk', /disk-full/, ['"before"']],
    ['replace on a read-only disk', /read-only/, ['"before"']],
    ['append on a read-only disk', /read-only/, ['"before"']],
  ])('%s: the error names the path, and nothing half-written counts', (attempt, code, lines) => {
    const disk = join(makeScratch(), 'disk');
    mkdirSync(disk);
    const fixture = join(import.meta.dirname, 'fixtures/full-disk.mjs');
    const { stdout, stderr } = withSmallDisk(disk, [
      process.execPath,
      fixture,
      filesModule.path,
      disk,
      attempt,
    ]);
    expect(stderr).toBe('');
    const { problem, ...rest } = JSON.parse(stdout);
    expect(problem.code).toMatch(code);
    expect(problem.message).toContain(disk);
    expect(rest).toEqual({ lines, temporary: [] });
  });
});

it.skipIf(process.platform === 'win32')(
  'a limit on file sizes cuts an append: reported, and healed (skipped on Windows)',
  () => {
    const path = join(makeScratch(), 'ledger.jsonl');
    writeFileSync(path, '"before"\n');
    const script = `const { appendLine } = await import(${JSON.stringify(filesModule.path)});
    try { appendLine(${JSON.stringify(path)}, 'x'.repeat(50_000)); } catch (error) { console.log(error.failure.diagnostics[0].code); }`;
    const node = [process.execPath, '--input-type=module', '-e', script];
    const { stdout } = spawnSync('sh', ['-c', 'ulimit -f 8 && exec "$@"', 'sh', ...node], {
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe('append-short');
  },
);
