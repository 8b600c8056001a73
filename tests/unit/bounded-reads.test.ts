import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const SRC = resolve('src');
/** Reads of the product's own files, of /proc and of standard input, and reads by a descriptor that is checked before. */
const CHECKED = [
  'commands/mcp.ts',
  'contract/read.io.ts',
  'dashboard/assets.io.ts',
  'maintenance/examine.io.ts',
  'run/prompt/templates.io.ts',
  'run/report/collect.io.ts',
  'session/hooks/run-hook.ts',
  'session/workflow/write.io.ts',
  'system/client/plugin.ts',
  'system/files/bounded.ts',
  'system/files/own-file.ts',
  'system/files/unlinked.ts',
  'system/package-root.ts',
  'system/process/ancestry.ts',
  'system/process/identity.ts',
  'system/process/proc.ts',
  'system/sandbox/mount-aliases.ts',
  'system/sandbox/service-rules.ts',
];

it('no file is read that could make a call or a hook wait, or take all memory: a named pipe, a device, 3 GB', () => {
  const readers = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.ts') &&
      /\b(?:readFile|readFileSync|createReadStream)\(/.test(readFileSync(join(SRC, file), 'utf8')),
  );
  // Its own function of that name reads with a limit.
  expect(readers.sort().filter((file) => file !== 'memory/recall/memory.io.ts')).toEqual(CHECKED);
});
