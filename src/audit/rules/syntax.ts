import type { Node } from '@babel/types';
import { parseScript } from '../../source/script.ts';
import type { CodeFile } from '../../source/select.ts';
import { walkScript } from '../../source/walk.ts';
import type { Hit } from '../check/report.ts';
import { hitOf } from './hit.ts';
import type { SyntaxRule } from './rule.ts';

/** Returns the hits of syntax rules in one script, or undefined if the script cannot be parsed. */
export function matchSyntax(file: CodeFile, rules: readonly SyntaxRule[]): Hit[] | undefined {
  const parsed = parseScript(file);
  if (!parsed) return undefined;
  const context = { file: parsed, path: file.path, language: file.language, source: file.text };
  const byType = groupByType(rules);
  const hits: Hit[] = [];
  walkScript(parsed.program, (node, ancestors) => {
    for (const rule of byType.get(node.type) ?? []) {
      const found = rule.matches(node, ancestors, context);
      if (found === false) continue;
      hits.push(hitOf(rule, file.path, node.loc?.start.line ?? 1, found === true ? undefined : found));
    }
  });
  return hits;
}

function groupByType(rules: readonly SyntaxRule[]): Map<Node['type'], SyntaxRule[]> {
  const byType = new Map<Node['type'], SyntaxRule[]>();
  for (const rule of rules) {
    for (const type of rule.types) byType.set(type, [...(byType.get(type) ?? []), rule]);
  }
  return byType;
}
