import { arrangeRules, type PathRule } from './path-rules.ts';

/** All is read-only, except devices: the terminals of the user are no devices for agents. */
const BASE = [
  '(version 1)',
  '(allow default)',
  '(deny file-write* (subpath "/"))',
  '(allow file-write* (subpath "/dev"))',
  '(deny file-read* file-write* (regex #"^/dev/ttys[0-9]+$"))',
];

/** The profile for `sandbox-exec -p` (macOS) that puts these rules in force. Of several lines the last that fits counts. */
export function buildSeatbeltProfile(rules: readonly PathRule[]): string {
  return [...BASE, ...arrangeRules(rules).flatMap(describe)].join('\n');
}

function describe(rule: PathRule): string[] {
  const all = `(subpath ${quote(rule.path)})`;
  switch (rule.access) {
    case 'read-only':
      return [`(deny file-write* ${all})`];
    case 'writable':
      return [
        `(allow file-read* file-write* ${all})`,
        `(deny file-write-unlink (literal ${quote(rule.path)}))`,
      ];
    case 'empty':
      return [
        `(deny file-read* file-write* (literal ${quote(rule.path)}))`,
        `(deny network-outbound (literal ${quote(rule.path)}))`,
      ];
    case 'hidden':
      return [`(deny file-read* file-write* ${all})`];
    case 'one-file':
      // A program may write a temporary file beside its own and rename it.
      return [
        `(deny file-write* ${all})`,
        `(allow file-write* (regex #"^${escapeExpression(`${rule.path}/${rule.name}`)}[^/]*$"))`,
      ];
  }
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, (mark) => `\\${mark}`)}"`;
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|"]/g, (mark) => `\\${mark}`);
}
