import type { FindingCounts } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import type { Diagnostic } from '../../system/result.ts';
import { describeWayBack, faultOf, type OutputCheck } from '../outputs/check.ts';
import { VERDICTS, type Verdict } from '../outputs/sentinel.ts';

/** The result of `sao verify` for one agent. */
export interface AgentCheck {
  id: string;
  status: Verdict;
  /** Absolute path of its output file. */
  path: string;
  /** The attempt that is running or was the last; 0 before the first. */
  attempt: number;
  /** Words and findings are left out where only the verdicts were asked for. */
  words?: number;
  findings?: FindingCounts;
  /** Only where words and findings were taken from the head and the tail of a large file. */
  estimated?: true;
  /** Only of a file that is larger than an output may be. */
  tooLargeBytes?: number;
  /** Only of a file that may still be written: a line end is missing after the sentinel. */
  isUnterminated?: true;
  /** Only of a coordinator's file that was written before the agents that it summarises had ended. */
  isEarly?: true;
}

/** The detail for each output: only the verdict, or also its words and findings. */
export type Detail = 'verdicts' | 'counts';

export interface Verification {
  /** The run's id, or the path of a folder that is not a run. */
  run: string;
  complete: boolean;
  counts: Record<Verdict, number>;
  agents: AgentCheck[];
}

export function describeCheck(
  agent: Pick<AgentCheck, 'id' | 'path' | 'attempt'>,
  check: OutputCheck,
): AgentCheck {
  const { id, path, attempt } = agent;
  const { status, words, findings, estimated } = check;
  const described: AgentCheck = { id, status, path, attempt, words, findings };
  if (estimated) described.estimated = true;
  if (check.tooLargeBytes !== undefined) described.tooLargeBytes = check.tooLargeBytes;
  if (check.isUnterminated) described.isUnterminated = true;
  if (check.isEarly) described.isEarly = true;
  return described;
}

/** True if there is at least one output to verify and all are done. */
export function summarizeChecks(run: string, agents: AgentCheck[]): Verification {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { status } of agents) counts[status] += 1;
  return { run, complete: agents.length > 0 && counts.done === agents.length, counts, agents };
}

/** Maximum number of listed outputs that are not done: each line uses tokens if the reader is a model. */
const SHOWN = 40;

/** Formats the counts, then only the outputs that are not done. */
export function renderVerification({ run, counts, agents }: Verification): string {
  const others = VERDICTS.filter((verdict) => verdict !== 'done' && counts[verdict] > 0);
  const rest = others.map((verdict) => `${counts[verdict]} ${verdict}`).join(', ');
  const head = `${plainText(run)}: ${counts.done} of ${agents.length} done${rest ? ` (${rest})` : ''}`;
  const open = agents.filter(({ status }) => status !== 'done');
  const more = open.length > SHOWN ? [`… and ${open.length - SHOWN} more: --json names them all`] : [];
  return [head, ...open.slice(0, SHOWN).map((check) => renderOpen(run, check)), ...more].join('\n');
}

function renderOpen(run: string, check: AgentCheck): string {
  const { id, status, path } = check;
  const reason = faultOf(check, path, describeWayBack(run, id)) ?? `its file reports an error: ${path}`;
  return `- ${plainText(id, 64)} ${status}: ${plainText(reason)}`;
}

/** Returns a warning if there is no output to verify, since an empty result must not look like success. */
export function noteEmpty({ run, agents }: Verification): Diagnostic[] {
  if (agents.length > 0) return [];
  const message = `there is nothing to verify in ${run}: workers/ holds no .md file`;
  return [{ severity: 'warning', code: 'verify-nothing', message, target: run }];
}
