import type { Node } from '@babel/types';
import { dottedName, isCall, literalParts } from '../../../source/nodes.ts';
import type { SyntaxRule } from '../../rules/rule.ts';
import { MARKUP_RULES } from './dangerous-markup.ts';
import { argumentsOf, SINK_RULES } from './script-sinks.ts';

const PASSWORD = /pass(?:word|wd|phrase)|\bpwd\b/i;
const SECRET_NAME = /token|secret|passw|session_?id|otp\b|nonce|csrf|api_?key|salt\b/i;

// Names of the variables, properties and functions that receive the value.
function purposeOf(ancestors: readonly Node[]): string {
  const owner = ancestors.findLast((node) => node.type === 'FunctionDeclaration');
  const names = [...ancestors.slice(-6), ...(owner ? [owner] : [])].map((node) => {
    if (node.type === 'VariableDeclarator') return dottedName(node.id);
    if (node.type === 'AssignmentExpression') return dottedName(node.left);
    if (node.type === 'ObjectProperty') return dottedName(node.key);
    if (node.type === 'FunctionDeclaration') return node.id?.name;
    return undefined;
  });
  return names.filter((name) => name !== undefined).join(' ');
}

export const SCRIPT_RULES: readonly SyntaxRule[] = [
  ...SINK_RULES,
  {
    id: 'tls-disabled',
    severity: 'major',
    what: 'certificates are not verified',
    why: 'An attacker in the network can read and change the traffic; trust the correct certificate authority instead (`ca`).',
    hint: /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED/,
    types: ['ObjectProperty', 'AssignmentExpression'],
    matches: (node, _ancestors, { source }) => {
      if (node.type === 'ObjectProperty') {
        const isFalse = node.value.type === 'BooleanLiteral' && !node.value.value;
        return dottedName(node.key) === 'rejectUnauthorized' && isFalse;
      }
      if (node.type !== 'AssignmentExpression') return false;
      return (
        /NODE_TLS_REJECT_UNAUTHORIZED['"]?\]?$/.test(
          source.slice(node.left.start ?? 0, node.left.end ?? 0),
        ) && /^0$/.test(literalParts(node.right) || String('value' in node.right ? node.right.value : ''))
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
