import type { PatternRule } from '../../rules/rule.ts';
import { PATTERNS_SCRIPTING } from './dangerous-scripting.ts';
import { PATTERNS_SYSTEMS } from './dangerous-systems.ts';

const SQL = String.raw`(?:SELECT\b[^"'\x60\n]*\bFROM\b|INSERT\s+INTO\b|UPDATE\b[^"'\x60\n]*\bSET\b|DELETE\s+FROM\b)`;

const SQL_INJECTION = {
  id: 'sql-injection',
  severity: 'major',
  what: 'an SQL statement is built from values',
  why: 'A value that contains SQL changes the statement; pass values as parameters.',
} as const;

/** Rules for several languages. */
const PATTERNS_SHARED: readonly PatternRule[] = [
  {
    ...SQL_INJECTION,
    languages: ['python'],
    view: 'text',
    pattern: new RegExp(
      String.raw`\.(?:execute|executemany|raw|text)\(\s*(?:f["']{1,3}\s*${SQL}[^"'\n]*\{|["']{1,3}\s*${SQL}[^"\n]*["']{1,3}\s*(?:%\s*[\w(]|\+|\.format\())`,
      'gi',
    ),
  },
  {
    ...SQL_INJECTION,
    languages: ['go'],
    view: 'text',
    pattern: new RegExp(
      String.raw`\.(?:Query|QueryRow|Exec)(?:Context)?\([^"\x60\n]{0,40}(?:fmt\.Sprintf\(\s*["\x60]\s*${SQL}|["\x60]\s*${SQL}[^"\x60\n]*["\x60]\s*\+)`,
      'gi',
    ),
  },
  {
    ...SQL_INJECTION,
    languages: ['java', 'kotlin', 'scala', 'csharp'],
    view: 'text',
    pattern: new RegExp(
      String.raw`(?:\.(?:execute\w*|createQuery|createNativeQuery|prepareStatement|queryFor\w+|FromSqlRaw|ExecuteSqlRaw\w*)|SqlCommand)\(\s*(?:\$"\s*${SQL}[^"\n]*\{|"\s*${SQL}[^"\n]*(?:"\s*\+\s*[a-z_]|\$\{?[a-z]))`,
      'gi',
    ),
  },
  {
    ...SQL_INJECTION,
    languages: ['php'],
    view: 'text',
    pattern: new RegExp(
      String.raw`(?:query|exec|prepare|mysqli?_query)\([^"'\n]{0,40}(?:"\s*${SQL}[^"\n]*\$\{?\w|["']\s*${SQL}[^"\n]*["']\s*\.\s*\$)`,
      'gi',
    ),
    unless: (match) => /\$(?:this->(?:table|prefix)|table|wpdb->)/.test(match[0]),
  },
  {
    ...SQL_INJECTION,
    languages: ['ruby'],
    view: 'text',
    pattern: /\b(?:find_by_sql|where|execute|exec_query|order|select_all)[( ]\s*"[^"\n]*#\{/g,
    unless: (match) =>
      /#\{(?:[A-Z]|(?:self\.)?(?:quoted_)?table_name|connection\.quote|quote)/.test(match[0]),
  },
  {
    id: 'tls-disabled',
    severity: 'major',
    what: 'certificates are not verified',
    why: 'An attacker in the network can read and change the traffic; trust the correct certificate authority instead.',
    languages: ['python', 'go', 'ruby', 'php', 'rust', 'csharp', 'java', 'kotlin', 'c', 'cpp'],
    pattern:
      /(?<!\bjwt\.decode\([^)\n]{0,120})\bverify\s*=\s*False\b|\b_create_unverified_context\b|\bInsecureSkipVerify\s*:\s*true\b|\bVERIFY_NONE\b|\bCURLOPT_SSL_VERIFYPEER\s*(?:=>|,)\s*(?:false|0L?)\b|\bdanger_accept_invalid_(?:certs|hostnames)\(\s*true|\bDangerousAcceptAnyServerCertificateValidator\b|ServerCertificate(?:Custom)?ValidationCallback\s*\+?=[^;\n]{0,60}=>\s*true|\bcheckServerTrusted\([^)]*\)[^{;]{0,60}\{\s*\}|\bNoopHostnameVerifier\b|\bALLOW_ALL_HOSTNAME_VERIFIER\b/g,
  },
  {
    id: 'weak-password-hash',
    severity: 'major',
    what: 'a password is hashed with MD5 or SHA-1',
    why: 'Attackers can test billions of such hashes per second; use argon2, scrypt or bcrypt.',
    languages: ['python', 'go', 'ruby', 'php', 'java', 'kotlin', 'csharp'],
    pattern:
      /\b(?:hashlib\.(?:md5|sha1)|md5\.Sum|sha1\.Sum|Digest::(?:MD5|SHA1)\.\w+|md5|sha1|DigestUtils\.(?:md5|sha1?)\w*|(?:MD5|SHA1)\.HashData)\(\s*[^)\n]{0,60}(?:password|passwd|passphrase|\bpwd\b)/gi,
  },
];

/** Rules for all languages except JavaScript and TypeScript, which have syntax rules. */
export const DANGEROUS_PATTERNS: readonly PatternRule[] = [
  ...PATTERNS_SHARED,
  ...PATTERNS_SCRIPTING,
  ...PATTERNS_SYSTEMS,
];
