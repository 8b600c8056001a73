import type { Finding } from '../../findings/finding.ts';
import type { RankedFinding } from '../../findings/merge-findings.ts';
import { readRejected } from '../../findings/read-findings.ts';
import { similarity, titleWords } from '../../findings/same-finding.ts';
import { isDone, type ReportAgent } from './report-types.ts';

/** An agent's judgement that a program's finding is wrong. */
export interface AgentRejection {
  by: string;
  finding: Finding;
  reason: string;
}

const LINES_APART = 2;
const SIMILAR = 0.6;

/** Collects what agents reject, from their sections `## Rejected`; a bullet without a reason rejects nothing. Programs reject nothing. */
export function collectRejections(agents: readonly ReportAgent[], project: string): AgentRejection[] {
  return agents
    .filter((agent) => agent.role === 'worker' && agent.model !== null && isDone(agent))
    .flatMap(({ id, text = '' }) =>
      readRejected(text, project).flatMap((finding) =>
        finding.detail === undefined ? [] : [{ by: id, finding, reason: finding.detail }],
      ),
    );
}

/**
 * The rejection of a program's finding, or undefined. One that an agent confirms, too, is not rejected; nor is a critical one, because text in the
 * code could talk an agent into it.
 */
export function findRejection(
  finding: RankedFinding,
  rejections: readonly AgentRejection[],
  isProgram: (worker: string) => boolean,
): AgentRejection | undefined {
  if (finding.severity === 'critical' || !finding.workers.every(isProgram)) return undefined;
  return rejections.find(({ finding: rejected }) => isSame(finding, rejected));
}

function isSame(finding: Finding, rejected: Finding): boolean {
  if (finding.path !== rejected.path) return false;
  const isNear = Math.abs((finding.line ?? 0) - (rejected.line ?? finding.line ?? 0)) <= LINES_APART;
  const words = (title: string) => new Set(titleWords(title));
  return isNear && similarity(words(finding.title), words(rejected.title)) >= SIMILAR;
}
