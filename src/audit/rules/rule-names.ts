import { TOOL_NAMES } from '../../findings/tool-names.ts';
import { accept, type Result, reject } from '../../system/result.ts';

/** Names of all rules of the built-in checks, without those of secrets, which begin with `secret-`. A test holds them to docs/rules.md. */
export const RULE_NAMES: readonly string[] = [
  'advisory',
  'bare-except',
  'blocking-in-async',
  'broken-lock',
  'busy-wait',
  'commented-test',
  'constant-assertion',
  'debug-server',
  'debugger',
  'docker-socket',
  'empty-catch',
  'empty-catch-all',
  'empty-error-branch',
  'empty-rejection',
  'empty-test',
  'env-file',
  'eval-call',
  'finally-return',
  'focused-test',
  'foreign-host',
  'format-string',
  'git-source',
  'gitignore-gap',
  'guessable-secret',
  'ignored-error',
  'image-secret',
  'insecure-registry',
  'insecure-source',
  'installed-dependencies',
  'invalid-licence',
  'key-file',
  'key-store',
  'large-file',
  'licence-mismatch',
  'logged-secret',
  'lost-cause',
  'merge-conflict',
  'missing-integrity',
  'missing-licence',
  'missing-lock',
  'missing-readme',
  'mutable-source',
  'not-implemented',
  'open-permissions',
  'open-requirement',
  'piped-install',
  'predictable-temp',
  'printed-exception',
  'privileged-checkout',
  'privileged-container',
  'raw-markup',
  'raw-markup-call',
  'raw-markup-react',
  'remote-add',
  'request-forgery',
  'request-include',
  'request-output',
  'request-path',
  'request-redirect',
  'request-template',
  'rescue-exception',
  'rescue-nil',
  'restricted-licence',
  'root-container',
  'several-locks',
  'shell-injection',
  'short-readme',
  'silent-crash',
  'skipped-test',
  'sql-injection',
  'stale-lock',
  'strong-copyleft',
  'suppressed-error',
  'sync-in-handler',
  'sync-over-async',
  'terraform-state',
  'tls-disabled',
  'unbounded-copy',
  'unknown-licence',
  'unpinned-action',
  'unpinned-image',
  'unsafe-deserialization',
  'unsecure-commands',
  'unverified-token',
  'weak-cipher',
  'weak-copyleft',
  'weak-integrity',
  'weak-password-hash',
  'workflow-injection',
  'world-writable',
  'write-all',
];

/** Rejects names of rules in the configuration that no built-in check and no known tool has. */
export function checkRuleNames(names: readonly string[]): Result<void> {
  const unknown = names.find((name) => !isKnown(name));
  if (unknown === undefined) return accept(undefined);
  const alike = findAlike(unknown);
  return reject({
    code: 'audit-rule-unknown',
    message: `audit.rules of the configuration names "${unknown}", which is no rule of the audit and none of a known tool`,
    target: unknown,
    fix:
      alike === undefined
        ? 'use a name of docs/rules.md, or TOOL/RULE such as bandit/B602'
        : `write ${alike}`,
  });
}

function isKnown(name: string): boolean {
  const end = name.indexOf('/');
  if (end > 0) return TOOL_NAMES.some((tool) => tool === name.slice(0, end));
  return RULE_NAMES.includes(name) || /^secret-(?:\*|[a-z0-9-]+)$/.test(name);
}

// The name that shares the most parts: `empty-catches` is meant as `empty-catch`.
function findAlike(name: string): string | undefined {
  const parts = name.toLowerCase().split(/[-_ ]/);
  const scored = RULE_NAMES.map((rule) => ({
    rule,
    shared: rule.split('-').filter((part) => parts.some((given) => given.startsWith(part))).length,
  }));
  const best = scored.reduce((a, b) => (b.shared > a.shared ? b : a));
  return best.shared > 0 ? best.rule : undefined;
}
