import type { Node } from '@babel/types';
import {
  calledName,
  dottedName,
  isBuiltText,
  isCall,
  isConstantText,
  literalParts,
  propertyOf,
} from '../../../source/nodes.ts';
import type { SyntaxRule } from '../../rules/rule.ts';
import { MARKUP_RULES } from './dangerous-markup.ts';

const PASSWORD = /pass(?:word|wd|phrase)|\bpwd\b/i;
const SECRET_NAME = /token|secret|passw|session_?id|otp\b|nonce|csrf|api_?key|salt\b/i;
const SQL_START = /^\s*(?:select\b[\s\S]*\bfrom\b|insert\s+into\b|update\b[\s\S]*\bset\b|delete\s+from\b)/i;
const SQL_CALL =
  /^(?:query|execute|exec|raw|run|all|get|prepare|unsafe|\$queryRawUnsafe|\$executeRawUnsafe)$/;

// `exec` of node:child_process, recognized by the name or the module, and not `exec` of a regular expression.
function isShellCall(node: Node): boolean {
  return isCall(node, /^(?:(?:child_?process|cp|childProcess)\.)?(?:exec|execSync)$|^shell(?:js)?\.exec$/);
}

function isDynamicEval(node: Node): boolean {
  if (node.type === 'NewExpression') {
    const body = node.arguments.at(-1);
    return dottedName(node.callee) === 'Function' && body !== undefined && !isConstantText(body);
  }
  return (
    isCall(node, /^(?:(?:window|globalThis|global|self)\.)?eval$/) &&
    node.arguments.length > 0 &&
    !isConstantText(node.arguments[0])
  );
}

function isTrue(node: Node | undefined): boolean {
  return node?.type === 'BooleanLiteral' && node.value;
}

function argumentsOf(node: Node): Node[] {
  return node.type === 'CallExpression' || node.type === 'NewExpression' ? [...node.arguments] : [];
}

// Names of the variables, properties and functions that receive the value.
function purposeOf(ancestors: readonly Node[]): string {
  const names = ancestors.slice(-6).map((node) => {
    if (node.type === 'VariableDeclarator') return dottedName(node.id);
    if (node.type === 'AssignmentExpression') return dottedName(node.left);
    if (node.type === 'ObjectProperty') return dottedName(node.key);
    if (node.type === 'FunctionDeclaration') return node.id?.name;
    return undefined;
  });
  return names.filter((name) => name !== undefined).join(' ');
}

export const SCRIPT_RULES: readonly SyntaxRule[] = [
  {
    id: 'eval-call',
    severity: 'major',
    what: 'eval of a computed string',
    why: 'A user who controls a part of the string can run code; parse the data, or look up the action in a table.',
    hint: /\beval\s*\(|\bnew\s+Function\b/,
    types: ['CallExpression', 'NewExpression'],
    matches: isDynamicEval,
  },
  {
    id: 'shell-injection',
    severity: 'major',
    what: 'a shell command is built from values',
    why: 'A value with shell syntax becomes a command; use execFile or spawn with a list of arguments and without a shell.',
    hint: /\bexec(?:Sync)?\s*\(/,
    types: ['CallExpression'],
    matches: (node) => isShellCall(node) && isBuiltText(argumentsOf(node)[0]),
  },
  {
    id: 'shell-option',
    severity: 'major',
    what: 'a built command is run with shell: true',
    why: 'The shell interprets the inserted values; remove `shell` and pass the arguments as a list.',
    hint: /\bshell\s*:\s*true/,
    types: ['CallExpression'],
    matches: (node) =>
      /^(?:spawn|spawnSync|execFile|execFileSync|execa|execaSync)$/.test(calledName(node) ?? '') &&
      isTrue(propertyOf(argumentsOf(node).at(-1), 'shell')) &&
      isBuiltText(argumentsOf(node)[0]),
  },
  {
    id: 'sql-injection',
    severity: 'major',
    what: 'an SQL statement is built from values',
    why: 'A value that contains SQL changes the statement; pass values as parameters.',
    hint: /\bselect\b[\s\S]{0,300}\bfrom\b|\binsert\s+into\b|\bupdate\b[\s\S]{0,200}\bset\b|\bdelete\s+from\b/i,
    types: ['CallExpression'],
    matches: (node) => {
      const [statement] = argumentsOf(node);
      if (!statement || !SQL_CALL.test(calledName(node) ?? '') || !isBuiltText(statement)) return false;
      return SQL_START.test(literalParts(statement));
    },
  },
  {
    id: 'tls-disabled',
    severity: 'major',
    what: 'certificates are not verified',
    why: 'An attacker in the network can read and change the traffic; trust the correct certificate authority instead (`ca`).',
    hint: /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED/,
    types: ['ObjectProperty', 'AssignmentExpression'],
    matches: (node) => {
      if (node.type === 'ObjectProperty') {
        const isFalse = node.value.type === 'BooleanLiteral' && !node.value.value;
        return dottedName(node.key) === 'rejectUnauthorized' && isFalse;
      }
      if (node.type !== 'AssignmentExpression') return false;
      return (
        /NODE_TLS_REJECT_UNAUTHORIZED$/.test(dottedName(node.left) ?? '') &&
        /^0$/.test(literalParts(node.right) || String('value' in node.right ? node.right.value : ''))
      );
    },
  },
  {
    id: 'weak-password-hash',
    severity: 'major',
    what: 'a password is hashed with MD5 or SHA-1',
    why: 'Attackers can test billions of such hashes per second; use scrypt, bcrypt or argon2.',
    hint: /createHash/,
    types: ['CallExpression'],
    matches: (node, ancestors, { source }) => {
      if (!isCall(node, /(?:^|\.)createHash$/)) return false;
      const statement = ancestors.findLast((a) => /Statement$|Declaration$/.test(a.type)) ?? node;
      const context = `${purposeOf(ancestors)} ${source.slice(statement.start ?? 0, statement.end ?? 0)}`;
      return /^(?:md5|sha1)$/i.test(literalParts(argumentsOf(node)[0] ?? node)) && PASSWORD.test(context);
    },
  },
  {
    id: 'weak-cipher',
    severity: 'major',
    what: 'a broken or outdated cipher',
    why: 'DES, RC4, Blowfish, ECB mode and createCipher do not protect data; use aes-256-gcm with createCipheriv.',
    hint: /createCipher|createDecipher/,
    types: ['CallExpression'],
    matches: (node) =>
      isCall(node, /(?:^|\.)create(?:C|Dec)ipher$/) ||
      (isCall(node, /(?:^|\.)create(?:C|Dec)ipheriv$/) &&
        /^(?:des|rc4|rc2|bf)\b|-ecb$/i.test(literalParts(argumentsOf(node)[0] ?? node))),
  },
  {
    id: 'guessable-secret',
    severity: 'major',
    what: 'a secret is made with Math.random',
    why: 'An attacker can compute its next values from earlier values; use crypto.randomUUID or crypto.randomBytes.',
    hint: /Math\.random/,
    types: ['CallExpression'],
    matches: (node, ancestors) => isCall(node, /^Math\.random$/) && SECRET_NAME.test(purposeOf(ancestors)),
  },
  {
    id: 'unverified-token',
    severity: 'major',
    what: 'a token may be unsigned',
    why: 'With the algorithm `none`, everyone can create a valid token; name the algorithm that you sign with.',
    hint: /['"]none['"]/,
    types: ['CallExpression'],
    matches: (node, _ancestors, { source }) =>
      isCall(node, /(?:^|\.)(?:jwt\w*|jsonwebtoken)\.(?:verify|sign)$/i) &&
      /['"]none['"]/.test(source.slice(node.start ?? 0, node.end ?? 0)),
  },
  ...MARKUP_RULES,
];
