import type { Language } from '../../source/languages.ts';
import type { CodeFile } from '../../source/select.ts';
import type { Level, Purpose, Value } from '../flow/value.ts';
import type { RuleInfo } from './rule.ts';

/** A rule for a call, or a statement, that is dangerous with a value that is not constant. */
export interface FlowRule extends RuleInfo {
  languages: readonly Language[];
  /** Matches text with blank strings up to and with the opening bracket; of a statement, up to its expression. Needs the flag `g`. */
  call: RegExp;
  /** Default: the first argument. `statement`: the rest of the statement; `first`: that up to its first comma; `any`: the worst of all arguments. */
  argument?: number | 'statement' | 'first' | 'any';
  purpose: Purpose;
  /** The least dangerous level that is reported. */
  needs: Exclude<Level, 'constant'>;
  /** Whether a file does this on purpose; a value of a request is reported all the same. */
  isIntended?: (file: Pick<CodeFile, 'path' | 'text'>) => boolean;
  /** Further condition on the value, and the call's text with its strings. */
  when?: (value: Value, call: string) => boolean;
}
