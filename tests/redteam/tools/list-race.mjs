// Signs the approval of a gate with a key of its own, lets `sao` check it some times, and overwrites every copy of the list of signers that appears in the
// folder for temporary files meanwhile: `list-race.mjs RUN_DIR OWN_FOLDER SAO SIGN_MJS`.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [dir, own, sao, signer] = process.argv.slice(2);
const at = '2026-01-02T00:00:00.000Z';
const key = join(own, 'key');
const temporary = join(own, 'tmp');
mkdirSync(temporary, { recursive: true });
if (!existsSync(key)) spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'x', '-f', key]);
const events = readFileSync(join(dir, 'ledger.jsonl'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const { hash } = events.filter(({ type }) => type === 'stage-checked').at(-1);
const { project } = events.find(({ type }) => type === 'run-created');
const signature = execFileSync(process.execPath, [signer, dir, key, 'sao', at], { encoding: 'utf8' });
const claim = { run: basename(dir), project, stage: 'architect', action: 'approve', hash };
const approval = { ...claim, at, by: 'ada', level: 'signed' };
const record = join(own, 'forged.json');
writeFileSync(record, JSON.stringify({ approval, signature }));
const publicKey = readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
const list = `ada namespaces="sao" ${publicKey}\n`;
const args = ['gate', 'approve', 'architect', basename(dir), '--signature', record];
for (let n = 0; n < 5; n += 1) {
  const call = spawn(sao, args, { env: { ...process.env, TMPDIR: temporary }, stdio: 'ignore' });
  let code;
  call.on('exit', (status) => {
    code = status;
  });
  while (code === undefined) {
    for (const folder of readdirSync(temporary))
      try {
        const path = join(temporary, folder, 'signers');
        if (existsSync(path)) writeFileSync(path, list);
      } catch {
        // It is gone.
      }
    await new Promise((done) => setImmediate(done));
  }
  if (code === 0) break;
}
