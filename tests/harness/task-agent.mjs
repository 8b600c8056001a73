// A scripted agent for `sao work --driver command`: reads the handoff of a task on stdin and really writes code and its test.
// Arguments: the trace file, then `task=behaviour` or `task@attempt=behaviour`; `good` where none fits.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [trace, ...rules] = process.argv.slice(2);
const { SAO_OUTPUT: output } = process.env;
const prompt = readFileSync(0, 'utf8');
const task = /^Sao-Task: (\S+)$/m.exec(prompt)?.[1] ?? '';
const attempt = /^Sao-Attempt: (\d+)$/m.exec(prompt)?.[1] ?? '';
const name = task.replace(/^i\d+\./, '');
const behaviours = new Map(rules.map((rule) => rule.split('=')));
const behaviour = behaviours.get(`${task}@${attempt}`) ?? behaviours.get(task) ?? 'good';

const note = (event, more = {}) => {
  try {
    appendFileSync(trace, `${JSON.stringify({ event, id: task, attempt, pid: process.pid, ...more })}\n`);
  } catch {
    // The sandbox may hide the folder of the trace.
  }
};
const git = (...args) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' });
const write = (path, text) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const subject = /^```\n(.+)\n\nSao-Task/m.exec(prompt)?.[1] ?? 'no subject';
const commit = (message = `${subject}\n\nSao-Task: ${task}\nSao-Attempt: ${attempt}\n`) => {
  git('add', '--all');
  git('commit', '--quiet', '-m', message);
};
const code = (value = `'${name}'`) => {
  write(`src/${name}.mjs`, `export const ${name} = () => ${value};\n`);
  write(
    `test/${name}.test.mjs`,
    `import test from 'node:test';\nimport assert from 'node:assert';\nimport { ${name} } from '../src/${name}.mjs';\ntest('${name}', () => assert.equal(${name}(), '${name}'));\n`,
  );
};
const report = (body = 'Made and tested.') =>
  writeFileSync(output, `# ${task}\n\n${body}\n\n<!-- DONE -->\n`);
const good = () => {
  code();
  commit();
  report();
};

const BEHAVIOURS = {
  good,
  untagged: () => {
    code();
    commit('Add code');
    report();
  },
  'no-commit': () => report(),
  dirty: () => {
    code();
    report();
  },
  broken: () => {
    code("'wrong'");
    commit();
    report();
  },
  stray: () => {
    write('README.md', 'changed\n');
    code();
    commit();
    report();
  },
  'lose-test': () => {
    rmSync('test/base.test.mjs', { force: true });
    code();
    commit();
    report();
  },
  block: () => {
    write(`src/${name}.mjs`, '// begun\n');
    commit();
    report('## Blocker\n\n- Kind: needs-access\n- For: human\n- Question: Which region?');
  },
  // Looks into the folder of the queue, and shows whether it may.
  peek: () => {
    const folder = `${process.env.XDG_STATE_HOME}/sao/queues/default`;
    note('peeked', { names: existsSync(folder) ? readdirSync(folder) : [] });
    good();
  },
  error: () => writeFileSync(output, '# ERROR\n\nIt cannot be done.\n\n<!-- DONE -->\n'),
  silent: () => {},
  hang: async () => {
    write(`src/${name}.mjs`, '// begun\n');
    commit();
    note('hanging');
    await sleep(2 ** 30);
  },
  // Works until the test says otherwise.
  wait: async () => {
    note('waiting');
    while (!existsSync(`${trace}.release`)) await sleep(20);
    good();
  },
  limited: () => {
    process.stderr.write(`You've hit your session limit|${Math.ceil(Date.now() / 1000) + 2}\n`);
    process.exitCode = 1;
  },
};
const files = ['.env', 'node_modules/.env'].filter((path) => existsSync(path));
note('started', { prompt, cwd: process.cwd(), env: process.env, args: rules, files });
await BEHAVIOURS[behaviour]();
// Started in place of a client.
if (rules.includes('--output-format'))
  console.log(
    JSON.stringify({
      type: 'result',
      is_error: false,
      result: 'Done.',
      total_cost_usd: 0.25,
      modelUsage: {},
    }),
  );
