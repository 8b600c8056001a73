// The least that a plan must do on disk: `bare-files.mjs FOLDER COUNT BYTES` writes COUNT files of BYTES bytes into the new folder FOLDER.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '', count, bytes] = process.argv.slice(2);
const text = 'x'.repeat(Number(bytes));
mkdirSync(folder);
for (let number = 0; number < Number(count); number += 1)
  writeFileSync(join(folder, `${number}.md`), text, { flag: 'wx' });
