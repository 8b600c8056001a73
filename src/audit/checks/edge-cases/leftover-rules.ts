import type { Language } from '../../../source/languages.ts';
import { dottedName, isFunction, literalParts } from '../../../source/nodes.ts';
import { isDeclaredAfter } from '../../rules/match-flow.ts';
import type { PatternRule, SyntaxRule } from '../../rules/rule.ts';

const UNFINISHED = /\bnot (?:yet )?implemented\b|\bunimplemented\b|^\s*todo\b/i;

export const LEFTOVER_SYNTAX: readonly SyntaxRule[] = [
  {
    id: 'debugger',
    severity: 'major',
    what: 'a debugger statement',
    why: 'It stops the program if developer tools are open; remove it.',
    tests: 'scan',
    hint: /\bdebugger\b/,
    types: ['DebuggerStatement'],
    matches: () => true,
  },
  {
    id: 'not-implemented',
    severity: 'minor',
    what: 'a function only throws “not implemented”',
    why: 'Callers fail at run time; implement the function, or remove it from the interface.',
    hint: /implemented|todo/i,
    types: ['ThrowStatement'],
    matches: (node, ancestors) => {
      if (node.type !== 'ThrowStatement' || node.argument?.type !== 'NewExpression') return false;
      const [owner, block] = ancestors.slice(-2);
      if (!isFunction(owner) || block?.type !== 'BlockStatement' || block.body.length !== 1) return false;
      const [message] = node.argument.arguments;
      const isError = /Error$/.test(dottedName(node.argument.callee) ?? '');
      return isError && message !== undefined && UNFINISHED.test(literalParts(message));
    },
  },
];

function leftover(
  id: string,
  severity: PatternRule['severity'],
  what: string,
  languages: Language[],
  pattern: RegExp,
): PatternRule {
  const why =
    id === 'debugger'
      ? 'It stops the program or prints internal values in production; remove it.'
      : 'Callers fail at run time; implement the function, or remove it from the interface.';
  return {
    id,
    severity,
    what,
    why,
    languages,
    pattern,
    unless: (_match, { before }) => isDeclaredAfter(before.slice(-80)),
    ...(id === 'debugger' ? { tests: 'scan' as const } : {}),
  };
}

export const LEFTOVER_PATTERNS: readonly PatternRule[] = [
  leftover(
    'debugger',
    'major',
    'a debugger is called',
    ['python'],
    /(?<![\w.])breakpoint\(\s*\)|\b(?:pdb|ipdb|pudb|rpdb)\.set_trace\(/g,
  ),
  leftover(
    'debugger',
    'major',
    'a debugger is called',
    ['ruby'],
    /\bbinding\.(?:pry|irb)\b|(?<=^|\n)\s*byebug\b/g,
  ),
  leftover('debugger', 'major', 'a debugger is called', ['csharp'], /\bDebugger\.(?:Break|Launch)\(/g),
  {
    ...leftover('debugger', 'minor', 'a value is dumped', ['php'], /(?<![\w>:$])(?:var_dump|dd|dump)\(/g),
    // A class that is named after it dumps for its callers.
    unless: (_match, { before }) =>
      isDeclaredAfter(before.slice(-80)) || /\bclass\s+\w*(?:Debug|Dump)\w*/.test(before),
  },
  leftover('debugger', 'minor', 'a value is dumped', ['rust'], /\bdbg!\(/g),
  leftover('debugger', 'minor', 'a value is dumped', ['go'], /\b(?:spew|litter)\.Dump\(/g),
  leftover(
    'not-implemented',
    'minor',
    'todo!() or unimplemented!()',
    ['rust'],
    /\b(?:todo|unimplemented)!\(/g,
  ),
  leftover('not-implemented', 'minor', 'TODO()', ['kotlin'], /(?<![\w.])TODO\(/g),
  leftover(
    'not-implemented',
    'minor',
    'NotImplementedException',
    ['csharp'],
    /\bthrow\s+new\s+NotImplementedException\(/g,
  ),
];
