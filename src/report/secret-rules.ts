import { isPlaceholder, looksSecret } from './secret-value.ts';

/** One kind of secret and how it is taken out of a text. */
export interface SecretRule {
  name: string;
  /** Global; bounded or started by a look-behind, so that a hostile text is still read in linear time. */
  pattern: RegExp;
  /** The part of a match that is the secret; without it, the whole match is. */
  secretOf?: (match: string, groups: Record<string, string | undefined>) => string | undefined;
}

// A prefix that only its issuer uses is enough; the start must not be the middle of a longer word.
const token = (name: string, body: string): SecretRule => ({
  name,
  pattern: new RegExp(`(?<![A-Za-z0-9_-])(?:${body})(?![A-Za-z0-9])`, 'g'),
});

const NAMED_TOKENS: SecretRule[] = [
  token('aws-key', '(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA)[A-Z0-9]{16}'),
  token('github-token', 'gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}'),
  token('gitlab-token', 'gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat)-[A-Za-z0-9_.-]{20,255}'),
  token('slack-token', 'xox[abeoprs]-[A-Za-z0-9-]{10,255}|xapp-\\d-[A-Za-z0-9-]{10,255}'),
  token('npm-token', 'npm_[A-Za-z0-9]{36}'),
  token('anthropic-key', 'sk-ant-[A-Za-z0-9_-]{16,255}'),
  token('openai-key', 'sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,255}|sk-[A-Za-z0-9]{32,255}'),
  token('google-key', 'AIza[A-Za-z0-9_-]{35}|ya29\\.[A-Za-z0-9_-]{20,255}|GOCSPX-[A-Za-z0-9_-]{24,64}'),
  token('stripe-key', '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,255}|whsec_[A-Za-z0-9+/=]{24,255}'),
  token('sendgrid-key', 'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,64}'),
  token('pypi-token', 'pypi-[A-Za-z0-9_-]{32,255}'),
  token('huggingface-token', 'hf_[A-Za-z0-9]{30,64}'),
  token('jwt', 'eyJ[A-Za-z0-9_-]{10,4000}\\.eyJ[A-Za-z0-9_-]{8,4000}\\.[A-Za-z0-9_-]{16,2000}'),
];

const KEY_NAME =
  '(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|account[_-]?key|credential)';
const KEY_TAIL = '(?:[_-]?(?:key|value|id|token|string|text|base64|prod|dev|live|\\d{1,3})){0,2}';
const VALUE =
  '"(?<double>[^"\\r\\n]{8,512})"|\'(?<single>[^\'\\r\\n]{8,512})\'|(?<bare>[^\\s"\'`,;<>]{8,512})';

export const SECRET_RULES: SecretRule[] = [
  ...NAMED_TOKENS,
  {
    name: 'slack-webhook',
    pattern: /(?<=hooks\.slack\.com\/services\/)[A-Za-z0-9/]{20,80}/g,
  },
  {
    name: 'url-password',
    pattern: /(?<=[a-z0-9]:\/\/)(?<user>[^\s/:@'"<>`]{0,128}):(?<password>[^\s/@'"<>`]{1,256})@/gi,
    secretOf: (_, { password = '' }) => (isPlaceholder(password) ? undefined : password),
  },
  {
    name: 'url-token',
    pattern: /(?<=[a-z0-9]:\/\/)(?<user>[A-Za-z0-9_.-]{20,256})@/gi,
    secretOf: (_, { user = '' }) => (looksSecret(user, false) ? user : undefined),
  },
  {
    name: 'authorization',
    pattern: /(?<![\w-])(?:bearer|basic) {1,4}(?<value>[A-Za-z0-9._~+/=-]{16,2000})/gi,
    secretOf: (_, { value = '' }) => (looksSecret(value, false) ? value : undefined),
  },
  {
    name: 'secret',
    pattern: new RegExp(
      `${KEY_NAME}${KEY_TAIL}\\\\?["'\`]?\\]?[ \\t]{0,8}(?:=>|:=|={1,2}|:)[ \\t]{0,8}(?:${VALUE})`,
      'gi',
    ),
    secretOf: (_, { double, single, bare = '' }) => {
      const quoted = double ?? single;
      const value = quoted ?? bare;
      return looksSecret(value, quoted !== undefined) ? value : undefined;
    },
  },
];
