import type { PatternRule } from '../../rules/rule.ts';
import { PATTERNS_SCRIPTING } from './dangerous-scripting.ts';
import { PATTERNS_SYSTEMS } from './dangerous-systems.ts';

// The user of the program asks for it by an option, such as `if insecure {`.
function isChosenByUser(before: string, line: string): boolean {
  const lines = [...before.split('\n').slice(-4, -1), line].join('\n');
  return /\b(?:if|elsif|elif|case|when|unless|switch)\b[^\n]*(?:insecure|no_?check|skip|verify|verif|self_?signed|force|trust|tls|ssl)|^\s*case\s+"[^"]*(?:insecure|skip|verify)|\?[^\n]*VERIFY_PEER/im.test(
    lines,
  );
}

// A class that is named after the hash offers it for old data, and HTTP digests prescribe one.
function isNamedAlgorithm(before: string, line: string): boolean {
  const owner = /\bclass\s+(\w+)(?![\s\S]*\bclass\s+\w)/.exec(before)?.[1] ?? '';
  return /md5|sha1|unsalted|legacy|digest|hashers?\b/i.test(owner) || /\brealm\b/i.test(line);
}

/** Rules for several languages. */
const PATTERNS_SHARED: readonly PatternRule[] = [
  {
    id: 'tls-disabled',
    severity: 'major',
    what: 'certificates are not verified',
    why: 'An attacker in the network can read and change the traffic; trust the correct certificate authority instead.',
    languages: ['python', 'go', 'ruby', 'php', 'rust', 'csharp', 'java', 'kotlin', 'c', 'cpp'],
    pattern:
      /(?<!\bjwt\.decode\([^)\n]{0,120})\bverify\s*=\s*False\b|\b_create_unverified_context\b|\bInsecureSkipVerify\s*[:=]\s*true\b|\bcheck_hostname\s*=\s*False\b(?![\s\S]{0,80}\bCERT_NONE)|\bverify_mode\s*=\s*ssl\.CERT_NONE\b|\bcert_reqs\s*=\s*(?:ssl\.)?CERT_NONE\b|\bVERIFY_NONE\b|\bCURLOPT_SSL_VERIFYPEER\s*(?:=>|,)\s*(?:false|0L?)\b|\bdanger_accept_invalid_(?:certs|hostnames)\(\s*true|\bDangerousAcceptAnyServerCertificateValidator\b|ServerCertificate(?:Custom)?ValidationCallback\s*\+?=[^;\n]{0,60}=>\s*true|\bcheckServerTrusted\([^)]*\)[^{;]{0,60}\{\s*\}|\bNoopHostnameVerifier\b|\bALLOW_ALL_HOSTNAME_VERIFIER\b/g,
    unless: (_match, { before, line }) => isChosenByUser(before, line),
  },
  {
    id: 'weak-password-hash',
    severity: 'major',
    what: 'a password is hashed with MD5 or SHA-1',
    why: 'Attackers can test billions of such hashes per second; use argon2, scrypt or bcrypt.',
    languages: ['python', 'go', 'ruby', 'php', 'java', 'kotlin', 'csharp'],
    view: 'text',
    pattern:
      /\b(?:hashlib\.new\(\s*["'](?:md5|sha1)["']\s*,|(?:hashlib\.(?:md5|sha1)|md5\.Sum|sha1\.Sum|Digest::(?:MD5|SHA1)\.\w+|md5|sha1|DigestUtils\.(?:md5|sha1?)\w*|(?:MD5|SHA1)\.HashData)\()\s*[^)\n]{0,60}(?:password|passwd|passphrase|\bpwd\b|\$pass\b)/gi,
    unless: (_match, { before, line }) => isNamedAlgorithm(before, line),
  },
];

/** Rules for all languages except JavaScript and TypeScript, which have syntax rules. */
export const DANGEROUS_PATTERNS: readonly PatternRule[] = [
  ...PATTERNS_SHARED,
  ...PATTERNS_SCRIPTING,
  ...PATTERNS_SYSTEMS,
];
