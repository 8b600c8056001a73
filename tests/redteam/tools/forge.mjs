// Appends an approval to the ledger of a run, as an attacker would: `forge.mjs RUN_DIR EVENT LEVEL [KEY] [MORE]`. EVENT: `gate`, `plan` or
// `commands`. KEY: path of the key for its seal; `-` for none. MORE: JSON with fields of the record, or `signature`.
import { createHash, createHmac } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [dir, event, level, key = '-', more = '{}'] = process.argv.slice(2);
const { signature, ...fields } = JSON.parse(more);
const lines = readFileSync(join(dir, 'ledger.jsonl'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const latest = (type) => lines.filter((line) => line.type === type).at(-1) ?? {};
const run = basename(dir);
const at = new Date().toISOString();
const commands = () => {
  const { agents } = JSON.parse(readFileSync(join(dir, 'plan.json'), 'utf8'));
  const own = agents.flatMap(({ id, command }) => (command ? [{ id, command }] : []));
  return createHash('sha256').update(JSON.stringify(own)).digest('hex');
};
const { type, stage, hash } = {
  gate: { type: 'gate-approved', stage: 'architect', hash: latest('stage-checked').hash },
  plan: { type: 'plan-confirmed', stage: 'plan', hash: latest('plan-accepted').hash },
  commands: { type: 'commands-approved', stage: 'commands', hash: event === 'commands' ? commands() : '' },
}[event];
const approval = {
  run,
  project: latest('run-created').project,
  stage,
  action: 'approve',
  hash,
  at,
  by: 'ada',
  level,
  ...fields,
};
const own = event === 'gate' ? { stage, hash } : event === 'commands' ? { hash } : {};
const entry = { v: 1, at, type, ...own, approval, ...(signature === undefined ? {} : { signature }) };
const seal = (text) => createHmac('sha256', readFileSync(key, 'utf8').trim()).update(text).digest('hex');
const sealed =
  key === '-' ? entry : { ...entry, seal: seal(`sao approval 1\n${run}\n${JSON.stringify(entry)}`) };
appendFileSync(join(dir, 'ledger.jsonl'), `${JSON.stringify(sealed)}\n`);
