import type { File, Node } from '@babel/types';
import type { Severity } from '../../findings/finding.ts';
import type { Language } from '../../source/languages.ts';
import type { Masked } from '../../source/mask.ts';
import type { Ancestors } from '../../source/walk.ts';

/** What every rule says about itself; the two texts become a finding's title and detail. */
export interface RuleInfo {
  /** Kebab-case, unique in its check; a finding's title begins with it. */
  id: string;
  severity: Severity;
  /** The thing, in a few words. */
  what: string;
  /** One line: why it matters, and what to do. */
  why: string;
  /** Default `skip`: tests may do what a product must not. */
  tests?: 'skip' | 'scan' | 'only';
}

/** A rule over masked text. */
export interface PatternRule extends RuleInfo {
  languages: readonly Language[];
  /** Default `code`. */
  view?: keyof Masked;
  /** With the flag `g`. */
  pattern: RegExp;
  /** Takes a match back. `line` is the whole line as written, `before` the text up to the match, in the rule's view. */
  unless?: (match: RegExpMatchArray, around: { line: string; before: string; file: Masked }) => boolean;
}

/** What a syntax rule may ask for besides the node. */
export interface SyntaxContext {
  file: File;
  path: string;
  language: Language;
  source: string;
}

/** A rule over a parsed script: true, or a few words about the thing that was found. */
export interface SyntaxRule extends RuleInfo {
  /** A file whose text does not match is not parsed for this rule. */
  hint: RegExp;
  types: readonly Node['type'][];
  matches(node: Node, ancestors: Ancestors, context: SyntaxContext): boolean | string;
}
