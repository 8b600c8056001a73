// A scripted agent for `sao run --driver command`: reads its prompt on stdin and does what its arguments say.
// Arguments: the trace file, then `id=behaviour`, `id@attempt=behaviour` or `*=behaviour`; `good` where none fits.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [trace, ...rules] = process.argv.slice(2);
const { SAO_AGENT_ID: id, SAO_ATTEMPT: attempt, SAO_OUTPUT: output } = process.env;
const prompt = readFileSync(0, 'utf8');
const behaviours = new Map(rules.map((rule) => rule.split('=')));
const behaviour = behaviours.get(`${id}@${attempt}`) ?? behaviours.get(id) ?? behaviours.get('*') ?? 'good';
const [name, value] = behaviour.split(':');

const note = (event, more = {}) =>
  appendFileSync(trace, `${JSON.stringify({ event, id, attempt, pid: process.pid, ...more })}\n`);
const body = `# ${id}\n\n## Findings\n- [minor] seen by ${id} — src/${id}.ts:1 — detail\n`;
const write = (text) => writeFileSync(output, text);
const good = () => write(`${body}\n<!-- DONE -->\n`);
const refuse = () => {
  process.stderr.write('API Error: 429 Too Many Requests\n');
  process.exitCode = 1;
};
const forever = () => sleep(2 ** 30);

const BEHAVIOURS = {
  good,
  'no-sentinel': () => write(body),
  empty: () => write(''),
  nothing: () => {},
  error: () => write('# ERROR\n\nIt cannot be done.\n\n<!-- DONE -->\n'),
  exit: () => {
    process.stderr.write('boom\n');
    process.exitCode = 3;
  },
  hang: forever,
  deaf: () => {
    process.on('SIGTERM', () => {});
    note('deaf');
    return forever();
  },
  // A child that ignores SIGTERM and keeps our output open.
  fork: () => {
    const grandchild = spawn(
      process.execPath,
      ['-e', "process.on('SIGTERM',()=>{});setInterval(()=>{},1e6)"],
      {
        stdio: 'inherit',
      },
    );
    note('forked', { grandchild: grandchild.pid });
    return forever();
  },
  limited: () => (Math.random() < Number(value ?? 1) ? refuse() : good()),
  // The account's limit is used up until `value`, in seconds since the epoch.
  'used-up': () => {
    if (Date.now() / 1000 > Number(value)) return good();
    process.stderr.write(`You've hit your session limit|${value}\n`);
    process.exitCode = 1;
  },
  unauthorised: () => {
    process.stderr.write('Invalid API key · Please run /login\n');
    process.exitCode = 1;
  },
  'good-but-limited': () => {
    good();
    refuse();
  },
  long: () => {
    good();
    process.stdout.write(`${'x'.repeat(20_000)}\n`);
  },
  'write-then-crash': () => {
    good();
    process.kill(process.pid, 'SIGKILL');
    return forever();
  },
  wait: async () => {
    await sleep(Number(value));
    good();
  },
  // Until the test releases it.
  hold: async () => {
    while (!existsSync(`${trace}.release`)) await sleep(5);
    good();
  },
  env: () => {
    const own = Object.entries(process.env).filter(([key]) => /^(SAO|CLAUDE)/.test(key));
    note('env', { env: Object.fromEntries(own), cwd: process.cwd() });
    good();
  },
  prompt: () => {
    note('prompt', { prompt });
    good();
  },
};

note('start');
await BEHAVIOURS[name]();
note('end');
if (process.exitCode === undefined) process.stdout.write(`Working on it.\nDone. ${id} has looked.\n`);
