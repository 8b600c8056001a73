import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  contractFiles,
  curatedFiles,
  type Files,
  lookedBody,
  moduleFiles,
  qcBody,
  report,
  scaffoldFiles,
  shippedFiles,
  trainingFiles,
} from '../../harness/shop.mjs';
import type { Call } from './call.ts';
import { bash, doWork } from './orchestra.ts';
import { type Answer, say, use } from './reply.ts';

type ToolUse = [name: string, input: Record<string, unknown>];

/** The assignment of an agent of a build, read from its prompt. */
interface Brief {
  role: string;
  module: string;
  /** Its worktree. */
  tree: string;
  output: string;
}

const HEADINGS: [RegExp, string][] = [
  [/^# Architect$/m, 'architect'],
  [/^# Training pairs/m, 'trainer'],
  [/^# Scaffold/m, 'scaffold'],
  [/^# Build: ([\w-]+)$/m, 'builder'],
  [/^# Quality control: ([\w-]+)$/m, 'qc'],
  [/^# Ship$/m, 'shipper'],
  [/^# Curate/m, 'curator'],
];

export function readBrief(task: string): Brief | undefined {
  for (const [heading, role] of HEADINGS) {
    const module = heading.exec(task)?.[1] ?? '';
    if (!heading.test(task)) continue;
    const tree = /^- (?:Your worktree|Its code): ([^\s,]+)/m.exec(task)?.[1] ?? '';
    const output = /exactly `(\/[^`]+\.md)`/.exec(task)?.[1] ?? '';
    return { role, module, tree, output };
  }
  return undefined;
}

/** What each role writes into its worktree, writes into its output, and answers. */
function workOf({ role, module, tree }: Brief, task: string): { files: Files; body: string; line: string } {
  const done = { body: `${role} has worked.`, line: `Done. The ${role} has worked.` };
  switch (role) {
    case 'architect':
      return { ...done, files: contractFiles() };
    case 'trainer':
      return { ...done, files: trainingFiles(new Date()) };
    case 'scaffold':
      return { ...done, files: scaffoldFiles() };
    case 'builder':
      return { ...done, files: moduleFiles(module) };
    case 'qc':
      return { files: {}, body: qcBody(module, 'PASS'), line: `PASS. Looked at ${module}.` };
    case 'shipper': {
      const path = join(tree, 'CHANGELOG.md');
      return { ...done, files: shippedFiles(existsSync(path) ? readFileSync(path, 'utf8') : undefined) };
    }
    default:
      return { ...done, files: curatedFiles(new Date(), Number(/from (\d+) on/.exec(task)?.[1] ?? 100)) };
  }
}

/** An agent of the shop: reads the files that it changes, writes, commits if its role does, reports and answers. */
export function buildShop(call: Call): Answer {
  const brief = readBrief(call.task);
  // An agent without one of these pages audits the merged code.
  if (!brief) return doWork(call, (id) => report(id, lookedBody()));
  const { role, module, tree, output } = brief;
  const { files, body, line } = workOf(brief, call.task);
  const paths = Object.keys(files).map((path) => join(tree, path));
  const steps = [
    ...(call.turn === 0 || wereRead(call) ? batch(paths.filter((path) => existsSync(path)).map(read)) : []),
    ...batch(Object.entries(files).map(([path, text]) => write(join(tree, path), text))),
    ...commands(role, module),
    use(write(output, report(role, body))),
  ];
  return steps[call.turn] ?? say(line);
}

const read = (file_path: string): ToolUse => ['Read', { file_path }];
const write = (file_path: string, content: string): ToolUse => ['Write', { file_path, content }];
const batch = (tools: ToolUse[]): Answer[] => (tools.length > 0 ? [use(...tools)] : []);

// On its first turn an agent sees the existing files; later its own files are among them.
function wereRead({ messages }: Call): boolean {
  return JSON.stringify(messages).includes('"name":"Read"');
}

function commands(role: string, module: string): Answer[] {
  if (role === 'qc') return [bash(`git log -1 --format=%s && node run-tests.mjs ${module}`, 'Run the tests')];
  if (role !== 'builder') return [];
  return [
    bash(`pwd && git branch --show-current && node run-tests.mjs ${module}`, 'Run the tests'),
    bash(`git add --all && git commit --quiet -m 'Build ${module}'`, 'Commit the module'),
  ];
}
