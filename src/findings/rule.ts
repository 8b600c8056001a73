import { createHash } from 'node:crypto';
import type { Finding } from './finding.ts';
import { OWN_NAME, readRuleSource } from './tool-names.ts';

// Built-in checks start each title with `rule: `; only the text after it contains counts.
const RULE = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*): /;
const COUNT = /^v?\d+(?:x|k|ms|s|[kmg]i?b|st|nd|rd|th)?$/;
const MAX_SLUG = 60;

// `bandit/B602: …`: the rule of another program keeps its spelling.
const TOOL_RULE = /^([a-z][a-z-]*\/[\w@][\w@./+-]{0,150}): /;

/**
 * Returns the rule in a title of a check or a tool, such as `hot-spot` in `hot-spot: rank 3` or `bandit/B602` in `bandit/B602: shell=True`;
 * undefined if it has none.
 */
export function ruleOfTitle(title: string): string | undefined {
  const rule = TOOL_RULE.exec(title)?.[1];
  return rule !== undefined && readRuleSource(rule).tool !== OWN_NAME ? rule : RULE.exec(title)?.[1];
}

/**
 * Returns a stable id for findings of one kind: the rule of a check, or else the title in Latin letters without counts, or
 * a hash of the title if no letters are left.
 */
export function ruleId({ rule, title }: { rule?: Finding['rule'] | null; title: string }): string {
  if (rule) return rule;
  return (
    slug(title) || `finding-${createHash('sha256').update(withoutCounts(title)).digest('hex').slice(0, 8)}`
  );
}

function slug(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words
    .filter((word) => word !== '' && !COUNT.test(word))
    .join('-')
    .slice(0, MAX_SLUG)
    .replace(/-$/, '');
}

function withoutCounts(title: string): string {
  return title.replace(/\p{N}+/gu, '');
}
