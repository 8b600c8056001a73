import type { Node } from '@babel/types';
import { containsNode, dottedName, isCall } from '../../../source/nodes.ts';
import type { PatternRule, SyntaxRule } from '../../rules/rule.ts';

const NAMES =
  'password|passwd|passphrase|secretKey|clientSecret|apiKey|accessToken|refreshToken|authToken|privateKey|creditCard|cardNumber|cvv|ssn';
const SECRET = new RegExp(`^(?:user|new|old|db|plain|raw|current)?_?(?:${NAMES})$`, 'i');
const LOGGER =
  /^(?:console|(?:this\.)?_?(?:log|logger|winston|pino))\.(?:log|info|warn|error|debug|trace|verbose|fatal)$/;

const SHAPE = {
  id: 'logged-secret',
  severity: 'major',
  what: 'a password or token is written to the log',
  why: 'Logs are copied, kept and read by many people; remove the value, or log only that it is set.',
} as const;

// True for the value itself; false for its length, a comparison with it, or a function's result.
function isSecretValue(node: Node | null | undefined): boolean {
  if (!node) return false;
  if (node.type === 'TemplateLiteral') return node.expressions.some((e) => isSecretValue(e));
  if (node.type === 'BinaryExpression')
    return node.operator === '+' && (isSecretValue(node.left as Node) || isSecretValue(node.right));
  if (node.type === 'ObjectExpression')
    return node.properties.some((p) => p.type === 'ObjectProperty' && isSecretValue(p.value));
  const name = dottedName(node);
  return name !== undefined && SECRET.test(name.slice(name.lastIndexOf('.') + 1));
}

export const LOGGED_SYNTAX: readonly SyntaxRule[] = [
  {
    ...SHAPE,
    hint: new RegExp(NAMES, 'i'),
    types: ['CallExpression'],
    matches: (node) =>
      isCall(node, LOGGER) &&
      node.arguments.some((argument) => isSecretValue(argument)) &&
      !containsNode(node, isMasking),
  },
];

function isMasking(node: Node): boolean {
  return isCall(node, /(?:mask|redact|hide|hash)\w*$/i);
}

const WORDS =
  '(?:password|passwd|passphrase|secret_key|client_secret|api_key|access_token|refresh_token|private_key|card_number|cvv|ssn)';
const CAMEL =
  '(?:password|passwd|passphrase|secretKey|clientSecret|apiKey|accessToken|refreshToken|privateKey|cardNumber|cvv|ssn)';
const END = String.raw`(?![\w.(]|\s*(?:==|!=|is\b|\?|=>))`;

export const LOGGED_PATTERNS: readonly PatternRule[] = [
  {
    ...SHAPE,
    languages: ['python'],
    view: 'text',
    pattern: new RegExp(
      String.raw`\b(?:log|logger|logging|print)(?:\.\w+)?\((?:[^\n"']|"[^"\n]*"|'[^'\n]*')*?(?:,\s*(?:\w+\.)?${WORDS}${END}|f["'][^"'\n]*\{(?:\w+\.)?${WORDS}\})`,
      'g',
    ),
  },
  {
    ...SHAPE,
    languages: ['go', 'java', 'kotlin', 'csharp', 'rust'],
    pattern: new RegExp(
      String.raw`\b(?:log|logger|LOG|LOGGER|_logger|Log|fmt|slog|System\.out|Console|Timber)\.(?:Print\w*|print\w*|info|Info\w*|debug|Debug\w*|warn\w*|Warn\w*|error|Error\w*|Fatal\w*|Log\w*|Write\w*|[dewiv])\([^\n;]*(?:[,+]\s*(?:\w+\.)?${CAMEL}${END})`,
      'g',
    ),
  },
  {
    ...SHAPE,
    languages: ['ruby'],
    view: 'text',
    pattern: new RegExp(String.raw`\b(?:logger|Rails\.logger)\.\w+[ (][^\n]*#\{(?:@|\w+\.)?${WORDS}\}`, 'g'),
  },
  {
    ...SHAPE,
    languages: ['php'],
    view: 'text',
    pattern: new RegExp(
      String.raw`\b(?:error_log|Log::\w+|logger->\w+)\([^\n;]*\$(?:\w+->)?${WORDS}\b${END}`,
      'g',
    ),
  },
];
