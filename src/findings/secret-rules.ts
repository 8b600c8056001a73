import { isPlaceholder, looksSecret } from './secret-value.ts';

/** One kind of secret and how it is found in a text. */
export interface SecretRule {
  name: string;
  /**
   * Global and with indices. The secret is its group `secret`, `double`, `single` or `bare`, or the whole match. Starts at
   * something rare and has bounds where it could start often, so that a hostile text is still read in linear time.
   */
  pattern: RegExp;
  isSecret: (secret: string, groups: Record<string, string | undefined>) => boolean;
}

const isReal = (secret: string): boolean => !isPlaceholder(secret);

// A prefix that only its issuer uses is enough. It starts a word, also after an escaped line end or in a URL.
const START = '(?:(?<![A-Za-z0-9_-])|(?<=\\\\[nrt])|(?<=%[0-9A-Fa-f]{2}))';
const token = (name: string, body: string): SecretRule => ({
  name,
  pattern: new RegExp(`${START}(?:${body})(?![A-Za-z0-9])`, 'dg'),
  isSecret: isReal,
});

const NAMED_TOKENS: SecretRule[] = [
  token('aws-key', '(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA)[A-Z0-9]{16}'),
  token('github-token', 'gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,}'),
  token('gitlab-token', 'gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat)-[A-Za-z0-9_.-]{19,}[A-Za-z0-9_-]'),
  token('slack-token', 'xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\\d-[A-Za-z0-9-]{10,}'),
  token('npm-token', 'npm_[A-Za-z0-9]{36}'),
  token('anthropic-key', 'sk-ant-[A-Za-z0-9_-]{16,}'),
  token('openai-key', 'sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9]{32,}'),
  token('google-key', 'AIza[A-Za-z0-9_-]{35}|ya29\\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{24,}'),
  token('stripe-key', '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,}'),
  token('sendgrid-key', 'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,64}'),
  token('pypi-token', 'pypi-[A-Za-z0-9_-]{32,}'),
  token('huggingface-token', 'hf_[A-Za-z0-9]{30,}'),
  token('jwt', 'eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{16,}'),
];

const KEY_NAME =
  '(?:password|passwd|passphrase|pwd|(?<=[_.-])pass|(?<=[_.])auth|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|account[_-]?key|credential)';
const KEY_TAIL = '(?:[_-]?(?:key|value|id|token|string|text|base64|prod|dev|live|\\d{1,3})){0,2}';
const SIGN = '(?:=>|:=|={1,3}|:(?: &?[A-Za-z][\\w.<>?|[\\] ]{0,40} =)?)';
// The next parameter of a URL is no part of a value.
const BARE = '(?:(?!&[\\w.-]{1,40}=)[^\\s"\'`,;<>])';
const VALUE = `\\\\?"(?<double>[^"\\r\\n]{8,4096}?)\\\\?"|\\\\?'(?<single>[^'\\r\\n]{8,4096}?)\\\\?'|\\\\?["'\`]?(?<bare>${BARE}{8,64})`;

/** What follows the piece of a bare value by which its rule decides. */
export const BARE_REST = new RegExp(`${BARE}*`, 'y');

export const SECRET_RULES: SecretRule[] = [
  ...NAMED_TOKENS,
  {
    name: 'slack-webhook',
    pattern: /hooks\.slack\.com\/services\/(?<secret>[A-Za-z0-9/]{20,})/dg,
    isSecret: isReal,
  },
  {
    name: 'url-password',
    // A name and a tag of an image before its digest have the same form.
    pattern: /(?<=[a-z0-9]:\/\/)[^\s/:@'"<>`[\]]{0,128}:(?<secret>[^\s/@'"<>`]{1,1024})@(?!sha\d{3}:)/dgi,
    // `http://localhost:80?to=a@b` has a port.
    isSecret: (secret) => isReal(secret) && !/^\d{1,5}[?#,;)]/.test(secret),
  },
  {
    name: 'url-token',
    pattern: /(?<=[a-z0-9]:\/\/)(?<secret>[A-Za-z0-9_.-]{20,256})@/dgi,
    isSecret: (secret) => looksSecret(secret, false),
  },
  {
    name: 'authorization',
    pattern: /(?<![\w-])(?<scheme>bearer|basic) {1,4}(?<secret>[A-Za-z0-9._~+/=-]{8,})/dgi,
    isSecret: (secret, { scheme }) =>
      scheme?.toLowerCase() === 'basic' ? isBasic(secret) : secret.length >= 16 && looksSecret(secret, false),
  },
  {
    name: 'secret',
    // The value is looked at and not taken: what is no secret may hold the key of one.
    pattern: new RegExp(
      `${KEY_NAME}${KEY_TAIL}\\\\?["'\`]?\\]?[ \\t]{0,8}${SIGN}[ \\t]{0,8}(?=${VALUE})`,
      'dgi',
    ),
    isSecret: (secret, { bare }) => looksSecret(secret, bare === undefined),
  },
];

// `user:password` in base64.
function isBasic(value: string): boolean {
  return /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(value, 'base64').toString('latin1'));
}
