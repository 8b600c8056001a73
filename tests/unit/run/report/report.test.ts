import { describe, expect, it } from 'vitest';
import { coordinator, finder, gap, reportOf, SENTINEL, worker } from './sample-run.ts';

const DOMAINS = ['security', 'speed'].map((id) => ({ id, name: id.toUpperCase() }));

describe('gaps are never silent', () => {
  it('names each with its reason and attempts', () => {
    const report = reportOf([finder('a1', []), gap('a2', { gapReason: 'it hung twice' })]);
    expect(report.gaps).toEqual([
      { id: 'a2', name: 'Worker a2', domain: 'security', reason: 'it hung twice', attempts: 2 },
    ]);
    expect(report.counts.agents).toEqual({ total: 2, done: 1, gaps: 1, open: 0 });
  });

  it.each([
    ['missing', 'it left no output'],
    ['empty', 'its output is empty'],
    ['incomplete', 'its output does not end with the sentinel'],
    ['failed', 'it reported an error'],
    ['done', 'its output was not accepted'],
  ] as const)('gives a reason of its own where none is known: %s', (status, reason) => {
    expect(reportOf([gap('a1', { status })]).gaps[0]?.reason).toBe(reason);
    expect(reportOf([gap('a1', { status, gapReason: '\u200b \n' })]).gaps[0]?.reason).toBe(reason);
  });

  it('takes nothing from the output of a gap', () => {
    const report = reportOf([finder('a1', ['- [critical] Made up'], { gap: true })]);
    expect(report.findings).toEqual([]);
    expect(report.counts.agents).toEqual({ total: 1, done: 0, gaps: 1, open: 0 });
  });

  it('counts a coordinator that is a gap in its domain', () => {
    const lost = gap('coord-security', { role: 'coordinator' });
    const [domain] = reportOf([finder('a1', []), lost]).domains;
    expect(domain).toMatchObject({ workers: 1, done: 1, gaps: 1, summary: '' });
  });

  it('falls back to the id for a name of nothing visible', () => {
    expect(reportOf([gap('a1', { name: '\u200b' })]).gaps[0]?.name).toBe('a1');
  });
});

describe('settings of the client that were changed while agents worked', () => {
  it('are findings of the engine, one for each path, also if no agent says anything', () => {
    const settingsChanges = new Map([
      ['.claude/settings.json', ['a1', 'a2']],
      ['.mcp.json', ['a2']],
    ]);
    const { findings, counts } = reportOf([finder('a1', []), finder('a2', [])], { settingsChanges });
    expect(findings.map(({ severity, path, workers }) => [severity, path, workers])).toEqual([
      ['major', '.claude/settings.json', ['a1', 'a2']],
      ['major', '.mcp.json', ['a2']],
    ]);
    expect(counts.findings).toEqual({ critical: 0, major: 2, minor: 0 });
  });
});

describe('a run that has not ended', () => {
  const open = [worker('a2', '', { status: 'missing' }), worker('a3', '', { status: 'incomplete' })];

  it('counts open agents and says so among the notes', () => {
    const report = reportOf([finder('a1', []), ...open]);
    expect(report.counts.agents).toEqual({ total: 3, done: 1, gaps: 0, open: 2 });
    expect(report.notes).toEqual([
      'The run is not finished: 2 agents have not ended, and this report does not include their results.',
    ]);
  });

  it('speaks of one agent in the singular, and of none not at all', () => {
    expect(reportOf(open.slice(1)).notes).toEqual([
      'The run is not finished: 1 agent has not ended, and this report does not include its results.',
    ]);
    expect(reportOf([finder('a1', [])]).notes).toEqual([]);
  });
});

describe('findings', () => {
  const bullet = '- [major] Cookie without the Secure flag — src/session.ts:21';

  it('tells how many workers saw the same', () => {
    const agents = [finder('a1', [bullet]), finder('b1', [bullet], { domain: 'speed' })];
    const report = reportOf(agents, { domains: DOMAINS });
    expect(report.findings).toEqual([
      {
        severity: 'major',
        rule: null,
        title: 'Cookie without the Secure flag',
        path: 'src/session.ts',
        line: 21,
        detail: null,
        sources: [],
        code: null,
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}:0$/),
        workers: ['a1', 'b1'],
        domains: ['security', 'speed'],
      },
    ]);
    expect(report.domains.map((domain) => domain.counts.major)).toEqual([1, 1]);
  });

  it('does not count what a coordinator repeats', () => {
    const repeats = worker('coord-security', `## Findings\n${bullet}\n${SENTINEL}\n`, {
      role: 'coordinator',
    });
    expect(reportOf([finder('a1', [bullet]), repeats]).findings[0]?.workers).toEqual(['a1']);
  });

  it('names files relative to the project', () => {
    const { findings } = reportOf([
      finder('a1', ['- [minor] One — /home/ana/payments/src/a.ts:1', '- [minor] Two — /etc/passwd:2']),
    ]);
    expect(findings.map((finding) => finding.path)).toEqual(['/etc/passwd', 'src/a.ts']);
  });

  it('does not depend on the order of the agents', () => {
    const agents = ['a1', 'a2', 'a3', 'a4'].map((id, i) =>
      finder(id, [bullet, `- [minor] Slow query ${i} — src/q.ts:${i}`]),
    );
    const { findings } = reportOf(agents);
    expect(reportOf(agents.toReversed()).findings).toEqual(findings);
  });
});

describe('domains', () => {
  it('keeps one without findings, workers or a summary', () => {
    expect(reportOf([finder('a1', [])], { domains: DOMAINS }).domains[1]).toEqual({
      id: 'speed',
      name: 'SPEED',
      workers: 0,
      done: 0,
      gaps: 0,
      counts: { critical: 0, major: 0, minor: 0 },
      summary: '',
    });
  });

  it('adds an undeclared one', () => {
    const { domains } = reportOf([finder('x1', ['- [minor] Found'], { domain: 'stray' })]);
    expect(domains[1]).toMatchObject({ id: 'stray', name: 'stray', workers: 1, counts: { minor: 1 } });
  });

  it('falls back to the id for a name of nothing visible', () => {
    const domains = [{ id: 'security', name: '\u202e' }];
    expect(reportOf([finder('a1', [])], { domains }).domains[0]?.name).toBe('security');
  });
});

describe('summaries', () => {
  const part = (n: number) =>
    coordinator('security', `Part ${n}.`, { id: `coord-security.1.${n}`, inputs: [`a${n}`] });
  const parts = [part(1), part(2)];
  const top = { inputs: ['coord-security.1.1', 'coord-security.1.2'] };

  it('lets the coordinator speak that has read the others', () => {
    const report = reportOf([...parts, coordinator('security', 'All of it.', top)]);
    expect(report.domains[0]?.summary).toBe('All of it.');
  });

  it('uses the summaries of sub-coordinators if the coordinator above them is a gap', () => {
    const lost = gap('coord-security', { role: 'coordinator', ...top });
    expect(reportOf([...parts, lost]).domains[0]?.summary).toBe('Part 1.\nPart 2.');
  });

  it('puts those above the domains first instead of inventing a domain for them', () => {
    const domains = Array.from({ length: 6 }, (_, i) => ({ id: `d${i}`, name: `D${i}` }));
    const tops = domains.map(({ id }) => coordinator(id, `About ${id}.`));
    const above = [tops.slice(0, 3), tops.slice(3)].map((group, i) =>
      coordinator('all', `Half ${i + 1}.`, {
        id: `coord-all.2.${i + 1}`,
        inputs: group.map((agent) => agent.id),
      }),
    );
    const report = reportOf([...tops, ...above], { domains });
    expect(report.overview).toBe('Half 1.\nHalf 2.');
    expect(report.domains.map((domain) => domain.summary)).toEqual(domains.map(({ id }) => `About ${id}.`));
  });

  it('names a coordinator above the domains that is a gap', () => {
    const lost = gap('coord-all.2.1', { role: 'coordinator', domain: 'all' });
    const report = reportOf([finder('a1', []), lost]);
    expect(report.gaps.map(({ id }) => id)).toEqual(['coord-all.2.1']);
    expect(report.domains.map(({ id }) => id)).toEqual(['security']);
    expect(report.overview).toBe('');
  });
});

describe('silence', () => {
  it('is noted in an audit: no findings section is something else than no findings', () => {
    const agents = [worker('a1', `All fine.\n${SENTINEL}\n`), finder('a2', ['None.'])];
    expect(reportOf(agents).notes).toEqual([
      'Worker a1 (a1) ended without a findings section: workers/a1.md',
    ]);
  });

  it('is no matter in a build', () => {
    const run = { id: 'r', task: 't', mode: 'build', project: '/p', created: '' } as const;
    expect(reportOf([worker('a1', 'Built.')], { run }).notes).toEqual([]);
  });
});
