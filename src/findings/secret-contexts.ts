import type { SecretShape } from './secret-shape-types.ts';
import { isReal, looksSecret } from './secret-value.ts';
import { ASSIGNMENT_SIGN, KEY_HINTS, KEY_NAME, KEY_TAIL, VALUE } from './secret-words.ts';

/** Secrets that the text around them gives away: URLs, headers and assignments. */
export const CONTEXT_SHAPES: SecretShape[] = [
  {
    kind: 'slack-webhook',
    hints: ['hooks.slack.com'],
    pattern: /hooks\.slack\.com\/services\/(?<secret>[A-Za-z0-9/]{20,})/dg,
    isSecret: isReal,
    audit: { rule: 'slack', title: 'Slack webhook', severity: 'critical', certainty: 'shape' },
  },
  {
    kind: 'discord-webhook',
    hints: ['/api/webhooks/'],
    pattern: /discord(?:app)?\.com\/api\/webhooks\/(?<secret>\d{15,22}\/[A-Za-z0-9_-]{50,90})/dg,
    isSecret: isReal,
    audit: { rule: 'discord-webhook', title: 'Discord webhook', severity: 'critical', certainty: 'shape' },
  },
  {
    kind: 'url-password',
    hints: ['://'],
    // `name:tag@sha256:…` of an image has the same form and is excluded.
    pattern: /(?<=[a-z0-9]:\/\/)[^\s/:@'"<>`[\]]{0,128}:(?<secret>[^\s/@'"<>`]{1,1024})@(?!sha\d{3}:)/dgi,
    // `http://localhost:80?to=a@b` has a port.
    isSecret: (secret) => isReal(secret) && !/^\d{1,5}[?#,;)]/.test(secret),
    audit: { rule: 'url-password', title: 'password in a URL', severity: 'major', certainty: 'url' },
  },
  {
    kind: 'url-token',
    hints: ['://'],
    pattern: /(?<=[a-z0-9]:\/\/)(?<secret>[A-Za-z0-9_.-]{20,256})@/dgi,
    isSecret: (secret) => looksSecret(secret, false),
    audit: { rule: 'url-token', title: 'token in a URL', severity: 'major', certainty: 'guess' },
  },
  {
    kind: 'authorization',
    hints: ['bearer ', 'basic '],
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
    hints: KEY_HINTS,
    // The lookahead does not consume the value: a value that is no secret may hold the key of one.
    pattern: new RegExp(
      `${KEY_NAME}${KEY_TAIL}(?:\\*\\*|\\\\?["'\`]?\\]?)[ \\t]{0,8}${ASSIGNMENT_SIGN}(?:\\*\\*)?[ \\t]{0,8}(?=${VALUE})`,
      'dgi',
    ),
    isSecret: (secret, { bare }) => looksSecret(secret, bare === undefined),
  },
  {
    kind: 'kubernetes-key',
    hints: ['client-key-data'],
    // The certificates of the same file have the same form, and are no secrets.
    pattern:
      /(?<![\w-])client-key-data["']?[ \t]{0,8}[:=][ \t]{0,8}["']?(?<secret>[A-Za-z0-9+/]{40,16384}={0,2})/dg,
    isSecret: isReal,
  },
  {
    kind: 'azure-storage-key',
    hints: ['AccountKey='],
    pattern: /(?<![A-Za-z0-9])AccountKey=(?<secret>[A-Za-z0-9+/]{86}==)/dg,
    isSecret: isReal,
    audit: { rule: 'azure-storage', title: 'Azure storage key', severity: 'critical', certainty: 'shape' },
  },
];

// `user:password` in base64.
function isBasicCredential(value: string): boolean {
  return /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(value, 'base64').toString('latin1'));
}
