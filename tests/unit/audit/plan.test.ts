import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DOMAINS } from '../../../src/audit/check/domains.ts';
import { CHECKS } from '../../../src/audit/checks/catalog.io.ts';
import { planChecks, planThemes, planThemesWithChecks, selectItems } from '../../../src/audit/plan.ts';
import { readThemes } from '../../../src/audit/themes.ts';
import { DEFAULT_LIMITS } from '../../../src/run/ledger/manifest.ts';
import { assemblePlan } from '../../../src/run/plan/assemble.ts';
import { parseTemplate } from '../../../src/run/prompt/template.ts';
import { unwrap } from '../../../src/system/result.ts';

const checks = CHECKS.map((check) => ({ ...check, name: check.title }));
const themes = DOMAINS.flatMap(({ id }) =>
  readThemes(id, parseTemplate(readFileSync(`templates/audit/${id}.md`, 'utf8')).body),
);
const assemble = (input: ReturnType<typeof planChecks>) =>
  assemblePlan(input, { task: 'Audit', limits: DEFAULT_LIMITS }, () => []);

describe('the built-in plan of an audit', () => {
  it('has at least 3 commands in each of four domains, and digests in place of models', () => {
    const assembled = assemble(planChecks(checks));
    expect(assembled.diagnostics).toEqual([]);
    const plan = unwrap(assembled);
    expect(plan.domains.map(({ id }) => id)).toEqual(DOMAINS.map(({ id }) => id));
    expect(plan.agents.every(({ kind, model }) => kind === 'command' && model === null)).toBe(true);
    expect(plan.agents.find(({ id }) => id === 'secrets')?.command).toEqual(['sao', 'check', 'secrets', '.']);
    for (const { id } of DOMAINS)
      expect(checks.filter(({ domain }) => domain === id).length).toBeGreaterThan(2);
  });

  it('has at least 3 themes per domain, each with a model', () => {
    const plan = unwrap(assemble(planThemes(themes)));
    for (const { id } of DOMAINS)
      expect(themes.filter(({ domain }) => domain === id).length).toBeGreaterThan(2);
    expect(plan.agents.find(({ id }) => id === 'security-injection')).toMatchObject({
      model: 'opus',
      kind: 'agent',
    });
    expect(
      plan.agents.filter(({ role, model }) => role === 'coordinator' && model === 'sonnet'),
    ).toHaveLength(4);
  });

  it('gives agents what checks and tools of their domain found, as data to judge', () => {
    const note = parseTemplate(readFileSync('templates/audit/tool-findings.md', 'utf8')).body;
    const tool = {
      id: 'bandit',
      domain: 'security',
      name: 'bandit',
      task: 'Run bandit',
      isTool: true,
    } as const;
    const input = planThemesWithChecks(themes, [...checks, tool], note, {
      allowsProjectCode: false,
      timeout: 60,
    });
    const assembled = assemble(input);
    expect(assembled.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const plan = unwrap(assembled);
    const agent = plan.agents.find(({ id }) => id === 'security-injection');
    expect(agent?.after).toEqual(expect.arrayContaining(['bandit', 'secrets', 'licences']));
    const task = input.domains
      .flatMap(({ workers }) => workers)
      .find(({ id }) => id === 'security-injection')?.task;
    expect(task).toMatch(/`secrets\.md`.*`bandit\.md`.*## Rejected/);
    expect(task).not.toContain('licences.md');
    expect(plan.agents.find(({ id }) => id === 'bandit')).toMatchObject({
      command: ['sao', 'tool', 'bandit', '.', '--timeout', '60'],
      timeout: 120,
    });
    expect(plan.agents.find(({ id }) => id === 'coord-checks')?.kind).toBe('command');
  });

  it('is limited by --only to domains and checks', () => {
    const ids = (only: string[]) => unwrap(selectItems(checks, only)).map(({ id }) => id);
    expect(ids([])).toHaveLength(checks.length);
    expect(ids(['secrets', 'licences'])).toEqual(['secrets', 'licences']);
    expect(ids(['compliance', 'secrets'])).toHaveLength(
      checks.filter(({ domain }) => domain === 'compliance').length + 1,
    );
    expect(selectItems(checks, ['secret'])).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'audit-only-unknown' }],
    });
  });

  it('rejects an incomplete theme', () => {
    expect(() => readThemes('security', '# S\n\n## injection: Input (gpt)\n\nLook.\n')).toThrow(/injection/);
    expect(() => readThemes('security', '## injection: Input (opus)\n')).toThrow(/injection/);
  });
});
