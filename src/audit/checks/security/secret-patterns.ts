/** A provider's own shape of key, which the rule set below does not know. */
export interface SecretPattern {
  id: string;
  what: string;
  pattern: RegExp;
  severity: 'critical' | 'major';
}

export const SECRET_PATTERNS: readonly SecretPattern[] = [
  { id: 'stripe', what: 'Stripe live key', pattern: /\b[rs]k_live_[0-9A-Za-z]{20,}/g, severity: 'critical' },
  { id: 'gitlab', what: 'GitLab token', pattern: /\bgl(?:pat|dt|rt|ptt)-[\w-]{20,}/g, severity: 'critical' },
  { id: 'huggingface', what: 'Hugging Face token', pattern: /\bhf_[A-Za-z]{34}\b/g, severity: 'critical' },
  {
    id: 'digitalocean',
    what: 'DigitalOcean token',
    pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/g,
    severity: 'critical',
  },
  { id: 'pypi', what: 'PyPI token', pattern: /\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}/g, severity: 'critical' },
  { id: 'docker', what: 'Docker token', pattern: /\bdckr_pat_[\w-]{20,}/g, severity: 'critical' },
  { id: 'vault', what: 'Vault token', pattern: /\bhv[sbr]\.[\w-]{24,}/g, severity: 'critical' },
  { id: 'telegram', what: 'Telegram bot token', pattern: /\b\d{8,10}:AA[\w-]{33}\b/g, severity: 'critical' },
  {
    id: 'azure-storage',
    what: 'Azure storage key',
    pattern: /\bAccountKey=[A-Za-z0-9+/]{86}==/g,
    severity: 'critical',
  },
  // It opens nothing without its secret, which is often in a file nearby or in the history.
  {
    id: 'aws-access-key-id',
    what: 'AWS access key id',
    pattern: /(?<![A-Za-z0-9/+])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9/+])/g,
    severity: 'major',
  },
  // In a web page such a key is public by design; whether it is bound to a domain cannot be seen here.
  { id: 'google', what: 'Google API key', pattern: /\bAIza[\w-]{35}(?![\w-])/g, severity: 'major' },
];
