import { removeHidden } from './plain-text.ts';
import { findPrivateKeys } from './secret-key-block.ts';
import { isPlaceholder, looksSecret } from './secret-value.ts';

/** How the audit reports a shape; `hardcoded.ts` of the audit reports the shape without one, in quoted values only. */
export interface AuditReport {
  /** Id of the rule after `secret-`; programs read it. */
  rule: string;
  title: string;
  severity: 'critical' | 'major' | 'minor';
  /** `shape`: only this provider's secrets look so; `url`, `key`, `guess`: often invented in tests and examples. */
  certainty: 'shape' | 'url' | 'key' | 'guess';
}

/** One shape of secret and how it is recognized in a text. */
export interface SecretShape {
  /** Printed by redaction: `[redacted:kind]`. */
  kind: string;
  /**
   * Global and with indices. The secret is the group `secret`, `double`, `single` or `bare`, or else the whole match.
   * The pattern starts at something rare, or is bounded, so that hostile text is read in linear time.
   */
  pattern: RegExp;
  isSecret: (secret: string, groups: Record<string, string | undefined>) => boolean;
  audit?: AuditReport;
}

/** A secret in a text: offsets in UTF-16 code units, `end` is exclusive. */
export interface SecretSpan {
  start: number;
  end: number;
}

const isReal = (secret: string): boolean => !isPlaceholder(secret);

// A prefix that only its issuer uses is enough. It starts a word, also after an escaped line end or in a URL.
const WORD_START = '(?:(?<![A-Za-z0-9_-])|(?<=\\\\[nrt])|(?<=%[0-9A-Fa-f]{2}))';

function tokenShape(
  kind: string,
  body: string,
  rule: string,
  title: string,
  severity: AuditReport['severity'] = 'critical',
  certainty: AuditReport['certainty'] = 'shape',
): SecretShape {
  return {
    kind,
    pattern: new RegExp(`${WORD_START}(?:${body})(?![A-Za-z0-9])`, 'dg'),
    isSecret: isReal,
    audit: { rule, title, severity, certainty },
  };
}

const TOKEN_SHAPES: SecretShape[] = [
  // An access key id grants nothing without its secret key, which is often nearby or in the history.
  tokenShape('aws-key', '(?:AKIA|ASIA)[A-Z0-9]{16}', 'aws-access-key-id', 'AWS access key id', 'major'),
  tokenShape(
    'aws-key',
    '(?:AGPA|AIDA|AROA|ANPA|ANVA)[A-Z0-9]{16}',
    'aws-unique-id',
    'AWS unique id',
    'minor',
  ),
  tokenShape(
    'github-token',
    'gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,}',
    'github',
    'GitHub token',
  ),
  tokenShape(
    'gitlab-token',
    'gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat)-[A-Za-z0-9_.-]{19,}[A-Za-z0-9_-]',
    'gitlab',
    'GitLab token',
  ),
  tokenShape(
    'slack-token',
    'xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\\d-[A-Za-z0-9-]{10,}',
    'slack',
    'Slack token',
  ),
  tokenShape('npm-token', 'npm_[A-Za-z0-9]{36}', 'npm', 'npm access token'),
  tokenShape('anthropic-key', 'sk-ant-[A-Za-z0-9_-]{16,}', 'anthropic', 'Anthropic API key'),
  tokenShape(
    'openai-key',
    'sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9]{32,}',
    'openai',
    'OpenAI API key',
  ),
  // In a web page a Google API key is public by design; a restriction to a domain cannot be seen in the file.
  tokenShape('google-key', 'AIza[A-Za-z0-9_-]{35}', 'google', 'Google API key', 'major'),
  tokenShape(
    'google-key',
    'ya29\\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{24,}',
    'google-oauth',
    'Google OAuth credential',
  ),
  tokenShape('stripe-key', '(?:sk|rk)_live_[A-Za-z0-9]{16,}', 'stripe', 'Stripe live key'),
  tokenShape('stripe-key', 'whsec_[A-Za-z0-9+/=]{24,}', 'stripe-webhook', 'Stripe webhook secret'),
  tokenShape('stripe-key', '(?:sk|rk)_test_[A-Za-z0-9]{16,}', 'stripe-test', 'Stripe test key', 'minor'),
  tokenShape(
    'sendgrid-key',
    'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,64}',
    'sendgrid',
    'SendGrid API key',
  ),
  tokenShape('pypi-token', 'pypi-AgEI[A-Za-z0-9_-]{32,}', 'pypi', 'PyPI token'),
  tokenShape('pypi-token', 'pypi-[A-Za-z0-9_-]{32,}', 'pypi', 'PyPI token', 'major', 'guess'),
  tokenShape('huggingface-token', 'hf_[A-Za-z0-9]{30,}', 'huggingface', 'Hugging Face token'),
  tokenShape('digitalocean-token', 'do[opr]_v1_[a-f0-9]{64}', 'digitalocean', 'DigitalOcean token'),
  tokenShape('docker-token', 'dckr_pat_[A-Za-z0-9_-]{20,}', 'docker', 'Docker token'),
  tokenShape('vault-token', 'hv[sbr]\\.[A-Za-z0-9_-]{24,}', 'vault', 'Vault token'),
  tokenShape('telegram-token', '\\d{8,10}:AA[A-Za-z0-9_-]{33}', 'telegram', 'Telegram bot token'),
  tokenShape('linear-key', 'lin_api_[A-Za-z0-9]{32,128}', 'linear', 'Linear API key'),
  tokenShape('shopify-token', 'shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32,64}', 'shopify', 'Shopify token'),
  tokenShape('1password-token', 'ops_eyJ[A-Za-z0-9+/=_-]{100,}', '1password', '1Password service token'),
  tokenShape(
    'jwt',
    'eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{16,}',
    'jwt',
    'JSON web token',
    'major',
    'guess',
  ),
];

const KEY_NAME =
  '(?:password|passwd|passphrase|pwd|(?<=[_.-])pass|(?<=[_.])auth|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|account[_-]?key|credential)';
const KEY_TAIL = '(?:[_-]?(?:key|value|id|token|string|text|base64|prod|dev|live|\\d{1,3})){0,2}';
const ASSIGNMENT_SIGN = '(?:=>|:=|={1,3}|:(?: &?[A-Za-z][\\w.<>?|[\\] ]{0,40} =)?)';
// The next parameter of a URL is not part of a value.
const BARE_CHARACTER = '(?:(?!&[\\w.-]{1,40}=)[^\\s"\'`,;<>])';
const VALUE = `\\\\?"(?<double>[^"\\r\\n]{8,4096}?)\\\\?"|\\\\?'(?<single>[^'\\r\\n]{8,4096}?)\\\\?'|\\\\?["'\`]?(?<bare>${BARE_CHARACTER}{8,64})`;
const BARE_REST = new RegExp(`${BARE_CHARACTER}*`, 'y');

const CONTEXT_SHAPES: SecretShape[] = [
  {
    kind: 'slack-webhook',
    pattern: /hooks\.slack\.com\/services\/(?<secret>[A-Za-z0-9/]{20,})/dg,
    isSecret: isReal,
    audit: { rule: 'slack', title: 'Slack webhook', severity: 'critical', certainty: 'shape' },
  },
  {
    kind: 'url-password',
    // `name:tag@sha256:…` of an image has the same form and is excluded.
    pattern: /(?<=[a-z0-9]:\/\/)[^\s/:@'"<>`[\]]{0,128}:(?<secret>[^\s/@'"<>`]{1,1024})@(?!sha\d{3}:)/dgi,
    // `http://localhost:80?to=a@b` has a port.
    isSecret: (secret) => isReal(secret) && !/^\d{1,5}[?#,;)]/.test(secret),
    audit: { rule: 'url-password', title: 'password in a URL', severity: 'major', certainty: 'url' },
  },
  {
    kind: 'url-token',
    pattern: /(?<=[a-z0-9]:\/\/)(?<secret>[A-Za-z0-9_.-]{20,256})@/dgi,
    isSecret: (secret) => looksSecret(secret, false),
    audit: { rule: 'url-token', title: 'token in a URL', severity: 'major', certainty: 'guess' },
  },
  {
    kind: 'authorization',
    pattern: /(?<![\w-])(?<scheme>bearer|basic) {1,4}(?<secret>[A-Za-z0-9._~+/=-]{8,})/dgi,
    isSecret: (secret, { scheme }) =>
      scheme?.toLowerCase() === 'basic'
        ? isBasicCredential(secret)
        : secret.length >= 16 && looksSecret(secret, false),
    audit: {
      rule: 'authorization',
      title: 'value of an authorization header',
      severity: 'major',
      certainty: 'guess',
    },
  },
  {
    kind: 'secret',
    // The lookahead does not consume the value: a value that is no secret may hold the key of one.
    pattern: new RegExp(
      `${KEY_NAME}${KEY_TAIL}\\\\?["'\`]?\\]?[ \\t]{0,8}${ASSIGNMENT_SIGN}[ \\t]{0,8}(?=${VALUE})`,
      'dgi',
    ),
    isSecret: (secret, { bare }) => looksSecret(secret, bare === undefined),
  },
  {
    kind: 'azure-storage-key',
    pattern: /(?<![A-Za-z0-9])AccountKey=(?<secret>[A-Za-z0-9+/]{86}==)/dg,
    isSecret: isReal,
    audit: { rule: 'azure-storage', title: 'Azure storage key', severity: 'critical', certainty: 'shape' },
  },
];

/** Every shape with a pattern, in the order in which redaction applies them; the first match names the secret. */
export const SECRET_SHAPES: readonly SecretShape[] = [...TOKEN_SHAPES, ...CONTEXT_SHAPES];

/** A block from BEGIN to END has no single pattern; `findPrivateKeys` finds it. */
export const PRIVATE_KEY: { kind: string; audit: AuditReport } = {
  kind: 'private-key',
  audit: { rule: 'privatekey', title: 'private key', severity: 'critical', certainty: 'key' },
};

/** Returns the spans of one shape in a text, in order and without overlaps. */
export function findSpans(text: string, shape: SecretShape | typeof PRIVATE_KEY): SecretSpan[] {
  if (!('pattern' in shape)) return findPrivateKeys(text);
  const spans: SecretSpan[] = [];
  let from = 0;
  for (const match of text.matchAll(shape.pattern)) {
    const { start, end, isCutOff } = readSpan(match);
    if (start < from || !shape.isSecret(text.slice(start, end), match.groups ?? {})) continue;
    from = isCutOff ? endOfBareValue(text, end) : end;
    spans.push({ start, end: from });
  }
  return spans;
}

/** A secret that hidden characters interrupt; `value` is the secret without them. */
export interface HiddenSecret extends SecretSpan {
  shape: SecretShape | typeof PRIVATE_KEY;
  value: string;
}

/**
 * Returns the secrets of a text that has hidden characters, found after these are removed, ordered by `start`.
 * Secrets of different shapes can overlap.
 * Offsets are those of the original text. The result is empty for a text without hidden characters.
 */
export function findHiddenSecrets(text: string): HiddenSecret[] {
  const visible = removeHidden(text);
  if (visible === undefined) return [];
  const secrets: HiddenSecret[] = [];
  for (const shape of [PRIVATE_KEY, ...SECRET_SHAPES]) {
    for (const { start, end } of findSpans(visible.text, shape)) {
      const span = { start: visible.originalOffset(start), end: visible.originalOffset(end - 1) + 1 };
      secrets.push({ shape, value: visible.text.slice(start, end), ...span });
    }
  }
  // A stable sort keeps the order of shapes for secrets that start at the same offset.
  return secrets.sort((first, second) => first.start - second.start);
}

// The secret of a match is its one filled group, or all of it; `isCutOff`: more of the value may follow.
function readSpan(match: RegExpExecArray): SecretSpan & { isCutOff: boolean } {
  const groups: Record<string, [number, number] | undefined> = match.indices?.groups ?? {};
  const [start, end] = groups.secret ??
    groups.double ??
    groups.single ??
    groups.bare ?? [match.index, match.index + match[0].length];
  const tail = groups.bare ? countClosingMarks(match.groups?.bare ?? '') : 0;
  return { start, end: end - tail, isCutOff: groups.bare !== undefined && tail === 0 };
}

// In `(password=…)` the closing bracket belongs to the sentence, not to the value.
function countClosingMarks(value: string): number {
  return /[([{]/.test(value) ? 0 : (/[)\]}.]{1,9}$/.exec(value)?.[0].length ?? 0);
}

// The pattern reads a bounded piece of a bare value, so that a text full of keys is read once; the rest follows here.
function endOfBareValue(text: string, end: number): number {
  BARE_REST.lastIndex = end;
  return end + (BARE_REST.exec(text)?.[0].length ?? 0);
}

// `user:password` in base64.
function isBasicCredential(value: string): boolean {
  return /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(value, 'base64').toString('latin1'));
}
