// Writes a human's decision into a queue's events: `decide.mjs FOLDER KIND LEVEL KEY`. KIND: `answer`, `complete` or `approve`; KEY: the file of the key of
// seals, or `-` for none.
import { createHash, createHmac } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, kind, level, key] = process.argv.slice(2);
const path = join(folder, 'events.jsonl');
const batches = readFileSync(path, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const events = batches.flatMap((batch) => batch.events);
const find = (type) => events.filter((event) => event.type === type).at(-1);
const hashOf = (value) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
const reason = 'done before';
const { question } = find('blocked');
const plan = find('idea-planned');
const DECISIONS = {
  answer: [
    'blocker/b1',
    'answer',
    hashOf({ id: 'b1', question, answer: 'A' }),
    { type: 'blocker-resolved', blocker: 'b1', answer: 'A' },
  ],
  complete: [
    'task/i1.three',
    'complete',
    hashOf({ id: 'i1.three', reason }),
    { type: 'completed-by-hand', task: 'i1.three', reason },
  ],
  approve: [
    `idea/${plan.idea}`,
    'approve',
    plan.hash,
    { type: 'idea-approved', idea: plan.idea, hash: plan.hash },
  ],
};
const [stage, action, hash, event] = DECISIONS[kind];
const run = `queue ${events[0].id}`;
const approval = {
  run,
  project: folder,
  stage,
  action,
  hash,
  at: '2026-01-02T00:00:00.000Z',
  by: 'ada',
  level,
};
const text = `sao queue approval 1\n${JSON.stringify(approval)}`;
const seal =
  key === '-'
    ? 'f'.repeat(64)
    : createHmac('sha256', readFileSync(key, 'utf8').trim()).update(text).digest('hex');
const { seq, at } = batches.at(-1);
const line = { v: 1, seq: seq + 1, at: at + 1, events: [{ ...event, by: 'ada', approval, seal }] };
appendFileSync(path, `${JSON.stringify(line)}\n`);
