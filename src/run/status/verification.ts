import type { FindingCounts } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import type { Diagnostic } from '../../system/result.ts';
import { faultOf, type OutputCheck } from '../outputs/check.ts';
import { VERDICTS, type Verdict } from '../outputs/sentinel.ts';

/** What `sao verify` says of one agent. */
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
}

/** How much is told of each output: only what it is judged to be, or its words and findings too. */
export type Detail = 'verdicts' | 'counts';

export interface Verification {
  /** The run's id; for a folder that is no run of ours, its path. */
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
  return described;
}

/** Complete: there is something to verify, and all of it is done. */
export function summarizeChecks(run: string, agents: AgentCheck[]): Verification {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { status } of agents) counts[status] += 1;
  return { run, complete: agents.length > 0 && counts.done === agents.length, counts, agents };
}

/** Lines of what is not done that are shown: the reader is often a model that pays for each. */
const SHOWN = 40;

/** The counts, then only what is not done. */
export function renderVerification({ run, counts, agents }: Verification): string {
  const others = VERDICTS.filter((verdict) => verdict !== 'done' && counts[verdict] > 0);
  const rest = others.map((verdict) => `${counts[verdict]} ${verdict}`).join(', ');
  const head = `${plainText(run)}: ${counts.done} of ${agents.length} done${rest ? ` (${rest})` : ''}`;
  const open = agents.filter(({ status }) => status !== 'done');
  const more = open.length > SHOWN ? [`… and ${open.length - SHOWN} more: --json names them all`] : [];
  return [head, ...open.slice(0, SHOWN).map(renderOpen), ...more].join('\n');
}

function renderOpen({ id, status, path }: AgentCheck): string {
  const reason = faultOf(status, path) ?? `its file reports an error: ${path}`;
  return `- ${plainText(id, 64)} ${status}: ${plainText(reason)}`;
}

/** What to tell beside an answer: nothing there to verify is never silently fine. */
export function noteEmpty({ run, agents }: Verification): Diagnostic[] {
  if (agents.length > 0) return [];
  const message = `there is nothing to verify in ${run}: workers/ holds no .md file`;
  return [{ severity: 'warning', code: 'verify-nothing', message, target: run }];
}
