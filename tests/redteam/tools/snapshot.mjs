// Forges the snapshot of a large ledger's replay: `snapshot.mjs RUN_DIR KEY SAO`. Makes the ledger large, lets `sao` write its snapshot, opens the gate in
// it and seals it with the key.
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [dir, key, sao] = process.argv.slice(2);
const ledger = join(dir, 'ledger.jsonl');
const { hash } = readFileSync(ledger, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line))
  .filter(({ type }) => type === 'stage-checked')
  .at(-1);
const filler = JSON.stringify({
  v: 1,
  at: '2026-01-01T12:00:01.000Z',
  type: 'filler',
  text: 'x'.repeat(900),
});
appendFileSync(ledger, `${filler}\n`.repeat(4600));
spawnSync(sao, ['status', basename(dir)]);
const path = join(dir, 'ledger.replay.json');
const body = JSON.parse(JSON.parse(readFileSync(path, 'utf8')).body);
body.state.gates = { $map: [['architect', { asked: { $map: [] }, approved: hash, rejections: 0 }]] };
const text = JSON.stringify(body);
const seal = createHmac('sha256', readFileSync(key, 'utf8').trim())
  .update(`sao replay 1\n${basename(dir)}\n${text}`)
  .digest('hex');
writeFileSync(path, JSON.stringify({ seal, body: text }));
