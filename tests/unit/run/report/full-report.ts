import type { Report } from '../../../../src/run/report/report.ts';

/** A report whose every text field, past all that cleans them, holds this text. */
export function fullReport(text: string): Report {
  // Only in summaries a line end has a meaning.
  const paragraph = text.replace(/\s+/g, ' ');
  return {
    version: 1,
    engine: '1.2.3',
    run: '20260314-101500-9f3a1c07',
    mode: 'audit',
    task: text,
    project: text,
    prefix: '',
    hasAgents: true,
    started: '2026-03-14T10:15:00.000Z',
    created: '2026-03-14T10:41:12.000Z',
    counts: {
      agents: { total: 4, done: 3, gaps: 1, open: 0 },
      findings: { critical: 1, major: 0, minor: 1 },
    },
    gaps: [{ id: 'a2', name: text, domain: 'd0', reason: text, attempts: 2 }],
    findings: [
      {
        severity: 'critical',
        rule: 'some-rule',
        title: text,
        path: text,
        line: 3,
        detail: text,
        sources: [
          { tool: 'sao', rule: 'some-rule' },
          { tool: 'bandit', rule: text },
        ],
        code: text,
        fingerprint: 'f0:0',
        workers: [text, 'a1'],
        domains: ['d0'],
      },
      {
        severity: 'minor',
        rule: null,
        title: text,
        path: null,
        line: null,
        detail: null,
        sources: [],
        code: null,
        fingerprint: 'f1:0',
        workers: ['a1'],
        domains: ['d1', text],
      },
    ],
    known: [
      {
        ...{
          severity: 'major',
          rule: 'known-rule',
          title: text,
          path: text,
          line: 4,
          detail: text,
          code: text,
        },
        ...{
          sources: [{ tool: 'sao', rule: 'known-rule' }],
          fingerprint: 'f2:0',
          workers: ['a1'],
          domains: ['d0'],
        },
      },
    ],
    rejected: [
      {
        ...{
          severity: 'major',
          rule: 'some-rule',
          title: text,
          path: text,
          line: 5,
          detail: text,
          code: text,
        },
        ...{ sources: [], fingerprint: 'f3:0', workers: ['a1'], domains: ['d0'], by: 'a2', reason: text },
      },
    ],
    baseline: text,
    overview: `${paragraph}\nsecond`,
    domains: ['d0', 'd1'].map((id) => ({
      id,
      name: text,
      workers: 2,
      done: 1,
      gaps: 1,
      counts: { critical: 1, major: 0, minor: 0 },
      summary: paragraph,
    })),
    cost: {
      usd: 1.5,
      tokens: 12345,
      byModel: [{ model: text, agents: 4, usd: 1.5, tokens: 12345 }],
      byDomain: ['d0', text].map((domain) => ({ domain, agents: 2, usd: 0.75, tokens: 6172 })),
    },
    context: { tokens: 900, exact: true, parts: { skill: 800, dispatch: 400, receipts: 200, results: 40 } },
    tools: [{ name: 'bandit', version: text, complete: false, findings: 1 }],
    unchecked: 1,
    numbers: [{ topic: text, items: [text] }],
    suppressed: [{ rule: 'some-rule', title: text, path: text, line: 3, reason: text, worker: 'a1' }],
    notes: [text],
    approvals: [text],
  };
}
