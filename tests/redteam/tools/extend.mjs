// Changes the prompt of an agent in an approved plan, and writes into the ledger that the plan was extended: `extend.mjs RUN_DIR`.
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [dir] = process.argv.slice(2);
const hashOf = (text) => createHash('sha256').update(text).digest('hex');
const plan = JSON.parse(readFileSync(join(dir, 'plan.json'), 'utf8'));
for (const agent of plan.agents) {
  const path = join(dir, 'prompts', `${agent.id}.md`);
  const text = `${readFileSync(path, 'utf8')}\nFORGED TEXT\n`;
  writeFileSync(path, text);
  agent.promptHash = hashOf(text);
}
writeFileSync(join(dir, 'plan.json'), `${JSON.stringify(plan)}\n`);
const event = {
  v: 1,
  at: new Date().toISOString(),
  type: 'plan-extended',
  stage: 'build',
  agents: [],
  hash: hashOf(JSON.stringify(plan)),
};
appendFileSync(join(dir, 'ledger.jsonl'), `${JSON.stringify(event)}\n`);
