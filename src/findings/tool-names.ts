/** The programs that the audit can start beside its own checks; a finding's rule begins with the name: `bandit/B602`. */
export const TOOL_NAMES = [
  'gitleaks',
  'secretlint',
  'semgrep',
  'bandit',
  'gosec',
  'brakeman',
  'flawfinder',
  'eslint',
  'ruff',
  'zizmor',
  'actionlint',
  'hadolint',
  'shellcheck',
  'osv-scanner',
  'trivy',
] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

/** The name of the built-in checks as a source of findings. */
export const OWN_NAME = 'sao';

/** Where a finding comes from: a program and its rule. */
export interface RuleSource {
  tool: ToolName | typeof OWN_NAME;
  rule: string;
}

/** Splits the rule of a finding: `bandit/B602` is rule B602 of bandit, a rule without a tool is one of the built-in checks. */
export function readRuleSource(rule: string): RuleSource {
  const end = rule.indexOf('/');
  const tool = TOOL_NAMES.find((name) => name === rule.slice(0, Math.max(end, 0)));
  return tool === undefined ? { tool: OWN_NAME, rule } : { tool, rule: rule.slice(end + 1) };
}
