// Prints the signature of an approval of a run's gate: `sign.mjs RUN_DIR KEY NAMESPACE AT`. The text is that which the user would sign.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [dir, key, namespace, at] = process.argv.slice(2);
const lines = readFileSync(join(dir, 'ledger.jsonl'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const { project } = lines.find(({ type }) => type === 'run-created');
const { hash } = lines.filter(({ type }) => type === 'stage-checked').at(-1);
const record = {
  run: basename(dir),
  project,
  stage: 'architect',
  action: 'approve',
  hash,
  at,
  by: 'ada',
  level: 'signed',
};
const text = `sao approval 1\n${Object.entries(record)
  .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  .join('\n')}\n`;
const args = ['-Y', 'sign', '-n', namespace, '-f', key];
process.stdout.write(
  execFileSync('ssh-keygen', args, { input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] }),
);
