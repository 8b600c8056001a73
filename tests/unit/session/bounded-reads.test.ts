import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const SRC = resolve('src');
/** Folders whose code runs in hooks. */
const FOLDERS = ['session', 'run', 'system/client', 'system/files', 'contract'];
/** Reads of the product's own files, of standard input, and by a descriptor that is checked before. */
const CHECKED = [
  'contract/read.io.ts',
  'run/prompt/templates.io.ts',
  'run/receipt/collect-receipt.io.ts',
  'run/report/collect.io.ts',
  'session/hooks/run-hook.ts',
  'session/workflow/write.io.ts',
  'system/client/plugin.ts',
  'system/files/bounded.ts',
  'system/files/own-file.ts',
  'system/files/unlinked.ts',
];

it('a hook reads no file that could make it wait: a named pipe would outlast its time, and the call would go on', () => {
  const readers = FOLDERS.flatMap((folder) =>
    readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  ).filter(
    (file) =>
      file.endsWith('.ts') &&
      /\b(?:readFileSync|createReadStream)\(/.test(readFileSync(join(SRC, file), 'utf8')),
  );
  expect(readers.sort()).toEqual(CHECKED);
});
