#!/usr/bin/env node
// A client for builds: starts the scripted agent of BUILD_AGENT (program and arguments as JSON) and reports nine tenths of its cap as its cost.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [program, ...args] = JSON.parse(process.env.BUILD_AGENT);
const cap = Number(process.argv[process.argv.indexOf('--max-budget-usd') + 1]);
const { stdout } = spawnSync(program, args, { input: readFileSync(0), encoding: 'utf8' });
const result = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: stdout.trim() || 'Done.',
  total_cost_usd: 0.9 * cap,
  permission_denials: [],
};
process.stdout.write(`${JSON.stringify(result)}\n`);
