import { hasFindingsSection } from '../findings/parse-findings.ts';
import { longestRun, plainLines, plainText } from '../findings/plain-text.ts';
import { redact } from '../findings/redact.ts';
import type { PlannedAgent } from '../run/ledger/manifest.ts';
import { endsInsideFence, SENTINEL } from '../run/outputs/sentinel.ts';
import { quoteCommand } from '../system/command-line.ts';
import type { GroupResult } from '../system/process/group.ts';
import { describeEnd } from './outcome.ts';

/** Maximum number of bytes of a command's output that are kept; of longer output, the head and the tail. */
export const STDOUT_BYTES = 1024 * 1024;
export const STDERR_BYTES = 64 * 1024;

/**
 * The output file of a command worker. Findings in Markdown become the file's own; everything else is quoted in a fence.
 * An exit code is no failure in itself (linters and audits exit with 1 for what they found), silence with one is.
 */
export function writeCommandFile(agent: PlannedAgent, result: GroupResult): string {
  const failure = describeFailure(result, agent.timeout);
  const stdout = clean(result.stdout);
  const stderr = clean(result.stderr);
  const parts = failure
    ? ['# ERROR', `${plainText(agent.name)}: ${failure}.`, describeCommand(agent, result)]
    : [`# ${plainText(agent.name)}`, describeCommand(agent, result)];
  if (stdout.trim() !== '') parts.push(failure ? quote('stdout', stdout) : bodyOf(stdout));
  else if (!failure && stderr.trim() === '') parts.push('It printed nothing.');
  if (stderr.trim() !== '' && (failure || result.exitCode !== 0 || stdout.trim() === ''))
    parts.push(quote('stderr', tailOf(stderr)));
  return `${parts.join('\n\n')}\n\n${SENTINEL}\n`;
}

/** Reason why a command has no result; undefined if it has one, with any exit code. */
export function describeFailure(result: GroupResult, timeout: number): string | undefined {
  const fault = describeEnd(result, timeout);
  if (fault === undefined) return undefined;
  const ranToItsEnd = result.exitCode !== null && !result.timedOut && !result.stopped && !result.startError;
  const saidSomething = result.stdout.trim() !== '';
  return ranToItsEnd && saidSomething ? undefined : fault;
}

function describeCommand({ command }: PlannedAgent, result: GroupResult): string {
  const seconds = (result.durationMs / 1000).toFixed(1);
  const end = result.exitCode === null ? 'no exit code' : `exit code ${result.exitCode}`;
  return `Command: \`${plainText(quoteCommand(command ?? [])).replaceAll('`', "'")}\` (${end}, ${seconds} s)`;
}

function bodyOf(stdout: string): string {
  if (!hasFindingsSection(stdout)) return quote('', stdout);
  const text = stdout.replaceAll(SENTINEL, '').trimEnd();
  return endsInsideFence(`${text}\n`) ? quote('markdown', text) : text;
}

function quote(label: string, text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text, '`') + 1));
  return `${fence}${label}\n${text.replace(/\n+$/, '')}\n${fence}`;
}

const TAIL_CHARACTERS = 4000;

function tailOf(text: string): string {
  return text.length > TAIL_CHARACTERS ? `…${text.slice(-TAIL_CHARACTERS)}` : text;
}

function clean(text: string): string {
  return text === '' ? '' : redact(plainLines(text));
}
