import { cleanText, MAX } from '../../findings/clean-text.ts';
import { countFindings } from '../../findings/finding.ts';
import type { RankedFinding } from '../../findings/merge-findings.ts';
import { truncate } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import { isDone, type ReportAgent, type ReportDomain, type ReportInput } from './report-types.ts';
import { readSummary } from './summary.ts';

/** Results by domain, in the order of the plan. */
export function reportDomains(input: ReportInput, findings: readonly RankedFinding[]): ReportDomain[] {
  return listDomains(input).map(({ id, name }) => {
    const own = input.agents.filter((agent) => agent.domain === id);
    const workers = own.filter((agent) => agent.role === 'worker');
    return {
      id,
      name: cleanText(name, MAX.name) || id,
      workers: workers.length,
      done: workers.filter(isDone).length,
      gaps: own.filter((agent) => agent.gap).length,
      counts: countFindings(findings.filter((finding) => finding.domains.includes(id))),
      summary: summarise(own),
    };
  });
}

/** Summaries of the coordinators above the domains, which belong to no domain of the plan. */
export function summariseAll(input: ReportInput): string {
  const known = new Set(listDomains(input).map(({ id }) => id));
  return summarise(input.agents.filter((agent) => !known.has(agent.domain)));
}

// A worker of an undeclared domain is counted under its own id.
function listDomains({ domains, agents }: ReportInput): { id: string; name: string }[] {
  const declared = new Set(domains.map((domain) => domain.id));
  const strays = agents.filter((agent) => agent.role === 'worker' && !declared.has(agent.domain));
  const others = new Set(strays.map((agent) => agent.domain));
  return [...domains, ...[...others].map((id) => ({ id, name: id }))];
}

// If a coordinator is a gap, the summaries below it are shown instead.
function summarise(agents: readonly ReportAgent[]): string {
  const coordinators = agents.filter((agent) => agent.role === 'coordinator' && isDone(agent));
  const read = new Set(coordinators.flatMap((agent) => agent.inputs ?? []));
  return coordinators
    .filter((agent) => !read.has(agent.id))
    .map((agent) => truncate(redact(readSummary(redact(agent.text ?? ''))), MAX.summary))
    .filter((summary) => summary !== '')
    .join('\n');
}
