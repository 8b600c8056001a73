import * as z from 'zod';
import type { Command } from '../src/commands/command.ts';
import { COMMANDS } from '../src/commands/index.ts';
import { locksSchema } from '../src/contract/locks.ts';
import { modulesSchema } from '../src/contract/modules.schema.ts';
import { pairSchema } from '../src/memory/training/pair.schema.ts';
import { projectConfigSchema } from '../src/run/ledger/project-config.io.ts';
import { MAX_WORKERS, planSchema } from '../src/run/plan/plan.schema.ts';
import { renderRules } from './rule-pages.ts';

/** The pages of docs/ that are made from the code; a test holds the committed ones to these. */
export async function generatePages(): Promise<Record<string, string>> {
  const commands = await Promise.all(
    COMMANDS.map(async ({ summary, load }) => ({ summary, ...(await load()) })),
  );
  const schema = planJsonSchema();
  return {
    'docs/cli.md': renderCli(commands),
    'docs/plan-format.md': renderPlanFormat(schema),
    'docs/rules.md': await renderRules(NOTE),
    'docs/plan.schema.json': `${JSON.stringify(schema, null, 2)}\n`,
    'docs/training.schema.json': writeSchema(
      pairSchema,
      'A training pair for sao',
      'One line of .orchestration/training/*.jsonl.',
    ),
    'docs/config.schema.json': writeSchema(
      projectConfigSchema,
      '.orchestration/config.json',
      'The settings of a project for its runs, audits and builds.',
    ),
    'docs/modules.schema.json': writeSchema(modulesSchema, 'modules.json', 'The modules of a contract.'),
    'docs/locks.schema.json': writeSchema(locksSchema, 'locks.json', 'The locks of a contract.'),
  };
}

const NOTE = '<!-- Made by `npm run docs`; edit the code, not this page. -->';

interface DescribedCommand extends Command {
  summary: string;
}

function renderCli(commands: readonly DescribedCommand[]): string {
  return [
    '# The `sao` command',
    '',
    NOTE,
    '',
    'Every command takes `--json` (one document `{ok, data, diagnostics}` on stdout), `--runs-dir DIR` and `--help`.',
    'Exit codes: 0 success; 1 not done, gate closed or findings at or above the threshold; 2 wrong input; 3 the environment or an',
    'internal fault; 130 interrupted.',
    '',
    ...commands.flatMap(renderCommand),
    ...renderSettings(),
  ].join('\n');
}

const SETTINGS: readonly [name: string, meaning: string][] = [
  [
    '`SAO_RUNS_DIR`',
    'the one folder that holds all runs (a relative path starts at the repository); `--runs-dir` overrides it',
  ],
  [
    '`XDG_STATE_HOME`',
    'outside of a session: builds are kept below this folder, in sao/runs (default: ~/.local/state)',
  ],
  [
    '`SAO_CLAUDE`',
    'outside of a session: the client that `--driver claude` starts (default: `claude` on PATH)',
  ],
  [
    '`XDG_CONFIG_HOME`',
    'outside of a session: your configuration is below this folder, in sao/config.json (default: ~/.config)',
  ],
  [
    '`SAO_BACKOFF_MS`',
    'milliseconds to wait after the first rate limit (default: 1000); each later wait is twice as long, up to 60 times this value',
  ],
  [
    '`SAO_GRACE_MS`',
    'milliseconds between SIGTERM and SIGKILL when an agent is ended (default: 5000; at most 1000 after Ctrl-C)',
  ],
  ['`SAO_STOP_MS`', 'milliseconds from Ctrl-C or SIGTERM to the end of `sao`, in any step (default: 1700)'],
  [
    '`SAO_WAIT_MS`',
    'milliseconds that `sao next` waits for a change before it gives a session the same `wait` answer again (default: 5000); the next times three and nine times as long',
  ],
  [
    '`CLAUDE_CODE_MAX_CONCURRENT_SUBAGENTS`',
    'the client’s own limit of agents at a time, which also limits a wave (default: 20)',
  ],
  [
    '`SAO_QUEUE`',
    'the task queue that the commands of the queue use (default: the only one of this machine)',
  ],
  ['`SAO_QUEUE_TOKEN`', 'the access token of a task queue, which gives a call the rights of its role only'],
  [
    '`SAO_QUEUE_PASSPHRASE`',
    'the passphrase that each change of a task queue needs, if it was set when the queue was created',
  ],
  ['`SAO_GUARD=off`', 'turn the fan-out guard off'],
  ['`NO_COLOR`', 'print no colours'],
  [
    '`~/.config/sao/config.json`',
    '`{"allowCommands": ["npm audit --json"], "guard": 10, "confirmPlans": "human", "maxPlanUsd": 100, "sandbox": "auto"}`: exact command lines of plans that run inside a session without a question; from how many Agent calls of one message on the fan-out guard stops them (10 to 1000, or `"off"`); whether a session needs a human’s turn before it starts a plan (`"unattended"`: it does not, for sessions without a human); the most that the agents of one plan may be expected to cost, in USD; with `"program": "codex exec -"` `sao run --driver command` needs no `--command` (`--remember` writes it); whether the programs of agents run in a sandbox: where one works (`"auto"`), always, or nothing starts (`"on"`), never (`"off"`); with `"sandboxWritable": ["~/models", "/run/docker.sock"]` they may write these paths in the sandbox, too, or use these sockets',
  ],
  [
    '`.orchestration/config.json` in a project',
    '`{"driver": "workflow", "contextBudget": 8000, "audit": {"failOn": "major", "rules": {"unpinned-action": "off"}, "exclude": ["legacy/**"]}, "build": {"minPairs": 200, "minQuality": 0.7, "testTimeout": 1800, "hardening": "agents", "projectHooks": "run"}, "worktree": {"copy": [".env"], "setup": "npm ci", "setupTimeout": 1800, "ports": {"base": 20000, "size": 10}}}`, all keys optional (docs/config.schema.json is their schema): the runner of a session, the tokens of the conversation that a run may use, and for builds the gate’s minimum of training pairs, their minimum quality and the timeout of tests in seconds; `audit` holds the settings of `sao audit`: rules that are off or have another severity, globs of paths to leave out, domains, checks and tools to run (`only`, `skip`, `tools`, `toolTimeout` in seconds), the severity that fails a call (`failOn`), and the path of a baseline; what they leave out is counted in every report, and they cannot let the project’s own code run; with `"hardening": "checks"` only the built-in checks audit a build, without agents; `"projectHooks": "run"` lets the project’s git hooks run at the commits of builders (default), `"skip"` turns them off there; the engine’s own commits run none, since they record work that the engine has tested; `"sandbox": "on"` starts nothing without a sandbox (a project can only be stricter than the user’s configuration); `"timeouts": {"worker": 300, "coordinator": 300}` and in `build` `"timeouts": {"builder": 7200, "qc": 3600}` set the seconds that one attempt of an agent may take, by role (architect, trainer, scaffold, builder, qc, assembler, fix, shipper, curator); a worker of a plan may have its own `timeout`; `worktree` makes each worktree of a run ready to work in: ignored files to copy from your checkout, a command to run there, which needs your approval like a plan’s commands (a call in your terminal, `--unattended`, or its exact line in `allowCommands`) and without which nothing is started if it fails, and a range of ports in `SAO_PORT_BASE` and `SAO_PORT_COUNT` for agents and tests',
  ],
];

function renderSettings(): string[] {
  return [
    '## Settings',
    '',
    '| variable or file | meaning |',
    '| --- | --- |',
    ...SETTINGS.map(renderRow),
    '',
  ];
}

function renderCommand(command: DescribedCommand): string[] {
  const usage = [
    'sao',
    command.name,
    ...command.arguments.map(({ name }) => name),
    ...(command.options.length > 0 ? ['[options]'] : []),
  ];
  const rows = [
    ...command.arguments.map(({ name, description }) => [`\`${name}\``, description]),
    ...command.options.map(({ flags, description, choices }) => [
      `\`${flags}\``,
      choices ? `${description}: ${choices.join(', ')}` : description,
    ]),
  ];
  return [
    `## sao ${command.name}`,
    '',
    command.summary,
    '',
    '```',
    usage.join(' '),
    '```',
    '',
    ...(rows.length > 0
      ? ['| argument or option | effect |', '| --- | --- |', ...rows.map(renderRow), '']
      : []),
    'Example:',
    '',
    '```sh',
    command.example,
    '```',
    '',
    ...(command.details ? ['```text', command.details, '```', ''] : []),
  ];
}

function renderRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

interface JsonSchema {
  description?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  [key: string]: unknown;
}

function planJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(planSchema, { io: 'input' }) as JsonSchema;
  return { ...schema, title: 'A plan for sao', description: 'What `sao plan` reads.' };
}

function writeSchema(schema: z.ZodType, title: string, description: string): string {
  const json = z.toJSONSchema(schema, { io: 'input' });
  return `${JSON.stringify({ ...json, title, description }, null, 2)}\n`;
}

function renderPlanFormat(schema: JsonSchema): string {
  const domain = schema.properties?.domains?.items;
  const worker = domain?.properties?.workers?.items;
  return [
    '# The plan format',
    '',
    NOTE,
    '',
    'A plan is one JSON object, given to `sao plan RUN` as a file or on standard input. For editors: `plan.schema.json` beside this page.',
    'It is text in UTF-8, UTF-16 or UTF-32, alone, in a code fence or in a JSON string. Bytes that are no text are refused with their place.',
    `A plan may have at most ${MAX_WORKERS} workers after every \`each\` is expanded.`,
    '',
    '```json',
    JSON.stringify(EXAMPLE, null, 2),
    '```',
    '',
    ...table('The plan', schema),
    ...table('A domain', domain),
    ...table('A worker', worker),
  ].join('\n');
}

const EXAMPLE = {
  version: 1,
  task: 'Audit the payment service',
  domains: [
    {
      id: 'security',
      name: 'Security',
      workers: [
        { task: 'Find injection vectors in request handlers', scope: 'src/http/**', model: 'opus' },
        { each: 'packages/*', task: 'Check {item} for secrets and unsafe defaults' },
        { run: 'npm audit --json', task: 'Known vulnerabilities in dependencies' },
      ],
    },
  ],
};

function table(title: string, schema: JsonSchema | undefined): string[] {
  const rows = Object.entries(schema?.properties ?? {}).map(([key, value]) => [
    `\`${key}\``,
    typeOf(value),
    schema?.required?.includes(key) ? 'yes' : 'no',
    value.description ?? '',
  ]);
  return [
    `## ${title}`,
    '',
    '| key | type | required | meaning |',
    '| --- | --- | --- | --- |',
    ...rows.map(renderRow),
    '',
  ];
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.type === 'array') return `list of ${schema.items?.type ?? 'value'}s`;
  return schema.type ?? 'value';
}
