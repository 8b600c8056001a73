import type { File, Node } from '@babel/types';
import type { Severity } from '../../findings/finding.ts';
import type { Language } from '../../source/languages.ts';
import type { Masked } from '../../source/mask.ts';
import type { Ancestors } from '../../source/walk.ts';

/** Properties of every rule; `what` and `why` become a finding's title and detail. */
export interface RuleInfo {
  /** Kebab-case, unique in its check; a finding's title begins with it. */
  id: string;
  severity: Severity;
  /** The fault, in a few words. */
  what: string;
  /** One line: the consequence, and the fix. */
  why: string;
  /** Default `skip`, because tests may do what production code must not. */
  tests?: 'skip' | 'scan' | 'only';
}

/** A rule that matches masked text. */
export interface PatternRule extends RuleInfo {
  languages: readonly Language[];
  /** Default `code`. */
  view?: 'code' | 'text' | 'comments';
  /** Needs the flag `g`. */
  pattern: RegExp;
  /** Rejects a match. `line` is the whole source line, `before` the text up to the match in the rule's view. */
  unless?: (match: RegExpMatchArray, context: { line: string; before: string; file: Masked }) => boolean;
}

/** Facts for a syntax rule besides the node. */
export interface SyntaxContext {
  file: File;
  path: string;
  language: Language;
  source: string;
}

/** A rule that matches nodes of a parsed script. */
export interface SyntaxRule extends RuleInfo {
  /** The rule is skipped for a file whose text does not match. */
  hint: RegExp;
  types: readonly Node['type'][];
  /** Returns whether the node has the fault, or words for the title in place of `what`. */
  matches(node: Node, ancestors: Ancestors, context: SyntaxContext): boolean | string;
}
