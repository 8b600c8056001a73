import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomHex } from '../random-hex.ts';
import { writeAtomic } from './atomic.ts';
import { describeFileError } from './file-error.ts';

/**
 * Brings files into a folder of our own, by name. An empty folder gets all of them or, after a crash at any moment, none: they are
 * written beside it and the folders change places, which costs half of what as many single replacements do. In a folder that
 * holds something already, each file is replaced as a whole. Not synced to the disk. Throws an ExpectedError that names the path.
 */
export function fillFolder(folder: string, files: ReadonlyMap<string, string>): void {
  if (!isEmpty(folder)) {
    for (const [name, text] of files) writeAtomic(join(folder, name), text, { durable: false });
    return;
  }
  const beside = join(dirname(folder), `.${basename(folder)}.${randomHex(12)}.tmp`);
  let path = beside;
  try {
    fs.mkdirSync(beside, { mode: 0o700 });
    for (const [name, text] of files) {
      path = join(beside, name);
      fs.writeFileSync(path, text, { flag: 'wx' });
    }
    // An empty folder is replaced by a rename, a full one never.
    path = folder;
    fs.renameSync(beside, folder);
  } catch (error) {
    fs.rmSync(beside, { recursive: true, force: true });
    throw describeFileError(error, path.replace(beside, folder), 'write the file');
  }
}

function isEmpty(folder: string): boolean {
  try {
    return fs.readdirSync(folder).length === 0;
  } catch {
    return false;
  }
}
