import { describe, expect, it } from 'vitest';
import { checkRuleNames } from '../../../src/audit/rules/rule-names.ts';

describe('names of rules in a configuration', () => {
  it.each(['eval-call', 'secret-github', 'secret-*', 'bandit/B602', 'ruff/*', 'eslint/no-eval'])(
    'accepts %s',
    (name) => {
      expect(checkRuleNames([name]).ok).toBe(true);
    },
  );

  it.each([
    ['eval-calls', 'write eval-call'],
    ['unpinned-actions', 'write unpinned-action'],
    ['nonsense', 'use a name of docs/rules.md, or TOOL/RULE such as bandit/B602'],
    ['pylint/E1101', 'use a name of docs/rules.md, or TOOL/RULE such as bandit/B602'],
  ])('rejects %s', (name, fix) => {
    const result = checkRuleNames(['eval-call', name]);
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'audit-rule-unknown', target: name, fix }],
    });
  });
});
