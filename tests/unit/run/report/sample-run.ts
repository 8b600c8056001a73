import {
  buildReport,
  type Report,
  type ReportAgent,
  type ReportInput,
} from '../../../../src/run/report/report.ts';

export const SENTINEL = '<!-- DONE -->';

/** A worker that is done and says this; anything else about it can be given. */
export function worker(id: string, text: string, more: Partial<ReportAgent> = {}): ReportAgent {
  return {
    id,
    name: `Worker ${id}`,
    role: 'worker',
    domain: 'security',
    status: 'done',
    gap: false,
    attempts: 1,
    output: `workers/${id}.md`,
    text,
    model: 'opus',
    ...more,
  };
}

/** A worker whose findings section holds these lines. */
export function finder(id: string, bullets: readonly string[], more: Partial<ReportAgent> = {}): ReportAgent {
  return worker(id, `# ${id}\n\n## Findings\n${bullets.join('\n')}\n\n${SENTINEL}\n`, more);
}

export function coordinator(domain: string, summary: string, more: Partial<ReportAgent> = {}): ReportAgent {
  const text = `# ${domain}\n\n## Summary\n${summary}\n\n${SENTINEL}\n`;
  const role = { role: 'coordinator', domain, model: 'sonnet' } as const;
  return worker(`coord-${domain}`, text, { ...role, output: `synthesis/${domain}.md`, ...more });
}

/** An agent that stays without a valid output. */
export function gap(id: string, more: Partial<ReportAgent> = {}): ReportAgent {
  return worker(id, '', { status: 'missing', gap: true, attempts: 2, text: undefined, ...more });
}

export function input(agents: readonly ReportAgent[], more: Partial<ReportInput> = {}): ReportInput {
  return {
    run: {
      id: '20260314-101500-9f3a1c07',
      task: 'Audit the payment service',
      mode: 'audit',
      project: '/home/ana/payments',
      created: '2026-03-14T10:15:00.000Z',
    },
    now: '2026-03-14T10:41:12.345Z',
    agents,
    domains: [{ id: 'security', name: 'Security' }],
    ...more,
  };
}

export function reportOf(agents: readonly ReportAgent[], more: Partial<ReportInput> = {}): Report {
  return buildReport(input(agents, more));
}
