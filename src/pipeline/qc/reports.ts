import { fenceData, plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import { countOf } from '../../findings/words.ts';
import { describeMergeTrouble, type MergeTrouble } from '../../run/ledger/trouble.ts';
import { SENTINEL } from '../../run/outputs/sentinel.ts';

/** A module that did not get into the integration branch. */
export interface IntegrationFailure {
  run: string;
  module: string;
  branch: string;
  /** The commit of the module that was tried. */
  source: string;
  integrationBranch: string;
  /** Head of the integration branch before the merge, and again after it. */
  before: string;
  trouble: MergeTrouble;
  /** All that the test command printed, as an absolute path. */
  logPath?: string;
  /** The report of the agent that explained it. */
  explanation?: string;
  /** The consequence for the module, in words. */
  next: string;
}

const shortCommit = (commit: string) => commit.slice(0, 12);

/** `qc/integration-fail-{module}.md` */
export function renderIntegrationFailure(failure: IntegrationFailure): string {
  const { run, module, branch, source, integrationBranch, before, trouble, logPath, explanation, next } =
    failure;
  const what =
    trouble.kind === 'conflicts' ? 'it conflicts with what is there' : 'the integration tests fail with it';
  return joinReport([
    `# ${module} does not go into the integration branch: ${what}`,
    [
      `- Run: ${run}`,
      `- Module: ${module}, branch ${branch}, commit ${shortCommit(source)}`,
      `- Integration branch: ${integrationBranch}; its head is ${shortCommit(before)}, as before: the merge was ${trouble.kind === 'conflicts' ? 'not made' : 'taken back'}`,
      ...(logPath === undefined ? [] : [`- Whole output: ${plainText(logPath)}`]),
      `- Next: ${plainText(next)}`,
    ].join('\n'),
    trouble.kind === 'conflicts' ? '## Conflicts' : '## Tests',
    describeMergeTrouble(trouble),
    ...(explanation === undefined ? [] : ['## Explanation', quoteAsData('explanation', explanation)]),
  ]);
}

/** The progress of a module towards the integration branch. */
export interface AssembledModule {
  module: string;
  branch: string;
  state: 'merged' | 'conflict' | 'rolled-back' | 'waiting' | 'stopped';
  /** The merge, if there is one. */
  commit?: string;
  /** How the integration tests ended after it, in words. */
  tests?: string;
  /** Why it is not in, in words. */
  reason?: string;
  /** Its report `qc/integration-fail-{module}.md`, relative to the run directory. */
  report?: string;
}

export interface Assembly {
  run: string;
  integrationBranch: string;
  /** The first and the current commit of the assembly. */
  base: string;
  head: string;
  testCommand: string;
  /** In assembly order. */
  modules: readonly AssembledModule[];
}

const STATE_TEXT: Record<AssembledModule['state'], string> = {
  merged: 'merged',
  conflict: 'not merged: conflict',
  'rolled-back': 'taken back: tests failed',
  waiting: 'not tried yet',
  stopped: 'stopped',
};

/** `synthesis/assembly.md` */
export function renderAssembly(assembly: Assembly): string {
  const { run, integrationBranch, base, head, testCommand, modules } = assembly;
  const merged = modules.filter(({ state }) => state === 'merged').length;
  const open = modules.filter(({ state }) => state !== 'merged');
  return joinReport([
    '# Assembly',
    `${merged} of ${countOf(modules.length, 'module')} ${merged === 1 ? 'is' : 'are'} in.`,
    [
      `- Run: ${run}`,
      `- Branch: ${integrationBranch}, from ${shortCommit(base)} to ${shortCommit(head)}`,
      `- After every merge: ${renderCode(testCommand)}`,
    ].join('\n'),
    '## Merges',
    [
      renderRow(['#', 'module', 'branch', 'state', 'merge', 'tests']),
      renderRow(['---', '---', '---', '---', '---', '---']),
      ...modules.map(renderModuleRow),
    ].join('\n'),
    ...(open.length > 0 ? ['## Not in', open.map(describeOpenModule).join('\n')] : []),
  ]);
}

function renderModuleRow({ module, branch, state, commit, tests }: AssembledModule, index: number): string {
  const merge = commit === undefined ? '' : shortCommit(commit);
  return renderRow([String(index + 1), module, branch, STATE_TEXT[state], merge, tests ?? '']);
}

function describeOpenModule({ module, state, reason, report }: AssembledModule): string {
  const reasonText = reason === undefined ? '' : `; ${plainText(redact(reason), 300)}`;
  return `- ${module}: ${STATE_TEXT[state]}${reasonText}${report === undefined ? '' : ` (${plainText(report)})`}`;
}

const renderRow = (cells: readonly string[]) =>
  `| ${cells.map((cell) => plainText(cell).replaceAll('|', '\\|')).join(' | ')} |`;

const renderCode = (text: string) => `\`${plainText(text).replaceAll('`', "'")}\``;

function quoteAsData(label: string, text: string): string {
  return fenceData(label, redact(text));
}

function joinReport(parts: readonly string[]): string {
  return `${parts.map((part) => part.replace(/\n+$/, '')).join('\n\n')}\n\n${SENTINEL}\n`;
}
