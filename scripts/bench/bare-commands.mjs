// The least that a run of commands must do: `bare-commands.mjs FOLDER COUNT SLOTS` starts `true` COUNT times, SLOTS at once, each in a process group
// of its own with its streams read, and writes one file for each.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '', count, slots] = process.argv.slice(2);
let started = 0;
mkdirSync(folder);

function start() {
  if (started === Number(count)) return;
  started += 1;
  const path = join(folder, `${started}.md`);
  const child = spawn('true', [], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdout.resume();
  child.stderr.resume();
  child.stdin.end();
  child.on('close', () => {
    writeFileSync(path, 'It printed nothing.\n', { flag: 'wx' });
    start();
  });
}
for (let slot = 0; slot < Number(slots); slot += 1) start();
