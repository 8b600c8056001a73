import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomHex } from '../random-hex.ts';
import { writeAtomic } from './atomic.ts';
import { describeFileError, systemErrorCode } from './file-error.ts';

/**
 * Writes files (text by name) into a folder of sao. An empty or missing folder gets all files or, after a crash, none: the files are written
 * to a temporary folder that then replaces it, at half the cost of replacing each file. In a folder with content, each file is
 * replaced as a whole. Nothing is synced to disk. Throws an ExpectedError that names the path.
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
    // A rename can replace only an empty folder.
    path = folder;
    fs.renameSync(beside, folder);
  } catch (error) {
    fs.rmSync(beside, { recursive: true, force: true });
    throw describeFileError(error, path.replace(beside, folder), 'write the file');
  }
}

/** Whether a folder has no content, or is missing. */
function isEmpty(folder: string): boolean {
  try {
    return fs.readdirSync(folder).length === 0;
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT';
  }
}
