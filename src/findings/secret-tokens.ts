import type { AuditReport, SecretShape } from './secret-shape-types.ts';
import { isReal } from './secret-value.ts';

// A token starts a word, also after an escaped line end or in a URL.
const WORD_START = '(?:(?<![A-Za-z0-9_-])|(?<=\\\\[nrt])|(?<=%[0-9A-Fa-f]{2}))';

type Grade = Partial<Pick<AuditReport, 'severity' | 'certainty'>>;
type TokenShape = SecretShape & { prefixes: readonly string[] };

const anyOf = (prefixes: readonly string[]) =>
  `(?:${prefixes.map((prefix) => prefix.replaceAll('.', '\\.')).join('|')})`;

const tokenPattern = (body: string) => new RegExp(`${body}(?![A-Za-z0-9])`, 'dg');

/** A token that starts with one of the `starts`, separated by blanks, which only its issuer uses. */
function prefixed(
  kind: string,
  rule: string,
  title: string,
  starts: string,
  rest: string,
  grade: Grade = {},
): TokenShape {
  const prefixes = starts.split(' ');
  const start = anyOf(prefixes);
  // A pattern that begins with plain text is found ten times as fast as one that begins by looking back.
  const pattern = tokenPattern(`${start}(?<=${WORD_START}${start})${rest}`);
  return { ...withHint(kind, rule, title, '', '', grade), pattern, hints: prefixes, prefixes };
}

/** A token without such a start, which always has the text `hint` in it. */
function withHint(
  kind: string,
  rule: string,
  title: string,
  hint: string,
  body: string,
  grade: Grade = {},
): TokenShape {
  return {
    kind,
    pattern: tokenPattern(WORD_START + body),
    hints: [hint],
    prefixes: [],
    isSecret: isReal,
    audit: { rule, title, severity: 'critical', certainty: 'shape', ...grade },
  };
}

// An access key id grants nothing without its secret key, which is often nearby or in the history. In a web page a Google API
// key is public by design; a restriction to a domain cannot be seen in the file.
/** Tokens that their prefix or form alone gives away: kind, rule and title of the audit, start or hint, what follows. */
export const TOKEN_SHAPES: readonly TokenShape[] = [
  prefixed('aws-key', 'aws-access-key-id', 'AWS access key id', 'AKIA ASIA', '[A-Z0-9]{16}', {
    severity: 'major',
  }),
  prefixed('aws-key', 'aws-unique-id', 'AWS unique id', 'AGPA AIDA AROA ANPA ANVA', '[A-Z0-9]{16}', {
    severity: 'minor',
  }),
  prefixed('github-token', 'github', 'GitHub token', 'ghp_ gho_ ghu_ ghs_ ghr_', '[A-Za-z0-9]{30,}'),
  prefixed('github-token', 'github', 'GitHub token', 'github_pat_', '[A-Za-z0-9_]{22,}'),
  prefixed(
    'gitlab-token',
    'gitlab',
    'GitLab token',
    'glpat- gldt- glrt- glcbt- glptt- glft- glimt- glagent- glsoat-',
    '[A-Za-z0-9_.-]{19,}[A-Za-z0-9_-]',
  ),
  prefixed(
    'slack-token',
    'slack',
    'Slack token',
    'xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs-',
    '[A-Za-z0-9-]{10,}',
  ),
  prefixed('slack-token', 'slack', 'Slack token', 'xapp-', '\\d-[A-Za-z0-9-]{10,}'),
  prefixed('npm-token', 'npm', 'npm access token', 'npm_', '[A-Za-z0-9]{36}'),
  prefixed('anthropic-key', 'anthropic', 'Anthropic API key', 'sk-ant-', '[A-Za-z0-9_-]{16,}'),
  prefixed(
    'openai-key',
    'openai',
    'OpenAI API key',
    'sk-',
    '(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{32,})',
  ),
  prefixed('google-key', 'google', 'Google API key', 'AIza', '[A-Za-z0-9_-]{35}', { severity: 'major' }),
  prefixed('google-key', 'google-oauth', 'Google OAuth credential', 'ya29.', '[A-Za-z0-9_-]{20,}'),
  prefixed('google-key', 'google-oauth', 'Google OAuth credential', 'GOCSPX-', '[A-Za-z0-9_-]{24,}'),
  prefixed('stripe-key', 'stripe', 'Stripe live key', 'sk_live_ rk_live_', '[A-Za-z0-9]{16,}'),
  prefixed('stripe-key', 'stripe-webhook', 'Stripe webhook secret', 'whsec_', '[A-Za-z0-9+/=]{24,}'),
  prefixed('stripe-key', 'stripe-test', 'Stripe test key', 'sk_test_ rk_test_', '[A-Za-z0-9]{16,}', {
    severity: 'minor',
  }),
  prefixed(
    'sendgrid-key',
    'sendgrid',
    'SendGrid API key',
    'SG.',
    '[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,64}',
  ),
  prefixed('pypi-token', 'pypi', 'PyPI token', 'pypi-AgEI', '[A-Za-z0-9_-]{32,}'),
  prefixed('pypi-token', 'pypi', 'PyPI token', 'pypi-', '[A-Za-z0-9_-]{32,}', {
    severity: 'major',
    certainty: 'guess',
  }),
  prefixed('huggingface-token', 'huggingface', 'Hugging Face token', 'hf_', '[A-Za-z0-9]{30,}'),
  prefixed(
    'digitalocean-token',
    'digitalocean',
    'DigitalOcean token',
    'doo_v1_ dop_v1_ dor_v1_',
    '[a-f0-9]{64}',
  ),
  prefixed('docker-token', 'docker', 'Docker token', 'dckr_pat_', '[A-Za-z0-9_-]{20,}'),
  prefixed('vault-token', 'vault', 'Vault token', 'hvs. hvb. hvr.', '[A-Za-z0-9_-]{24,}'),
  withHint('telegram-token', 'telegram', 'Telegram bot token', ':AA', '\\d{8,10}:AA[A-Za-z0-9_-]{33}'),
  prefixed('linear-key', 'linear', 'Linear API key', 'lin_api_', '[A-Za-z0-9]{32,128}'),
  prefixed('shopify-token', 'shopify', 'Shopify token', 'shpat_ shpca_ shppa_ shpss_', '[A-Fa-f0-9]{32,64}'),
  prefixed('1password-token', '1password', '1Password service token', 'ops_eyJ', '[A-Za-z0-9+/=_-]{100,}'),
  prefixed('twilio-key', 'twilio', 'Twilio API key', 'SK', '[a-f0-9]{32}'),
  prefixed('mailgun-key', 'mailgun', 'Mailgun API key', 'key-', '[a-f0-9]{32}'),
  withHint('mailchimp-key', 'mailchimp', 'Mailchimp API key', '-us', '[a-f0-9]{32}-us\\d{1,2}'),
  prefixed('brevo-key', 'brevo', 'Brevo API key', 'xkeysib-', '[a-f0-9]{64}-[A-Za-z0-9]{16}'),
  prefixed('databricks-token', 'databricks', 'Databricks token', 'dapi', '[a-f0-9]{32}(?:-\\d)?'),
  prefixed('atlassian-token', 'atlassian', 'Atlassian API token', 'ATATT3', '[A-Za-z0-9_=-]{60,}'),
  withHint(
    'azure-secret',
    'azure-client',
    'Azure client secret',
    'Q~',
    '[A-Za-z0-9_~.-]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}',
  ),
  prefixed(
    'discord-token',
    'discord',
    'Discord bot token',
    'M N O',
    '[A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,45}',
  ),
  prefixed('heroku-key', 'heroku', 'Heroku API key', 'HRKU-', '[A-Za-z0-9_-]{36,64}'),
  withHint(
    'terraform-token',
    'terraform',
    'Terraform Cloud token',
    '.atlasv1.',
    '[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{60,70}',
  ),
  prefixed('grafana-token', 'grafana', 'Grafana token', 'glsa_', '[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}'),
  prefixed('grafana-token', 'grafana', 'Grafana token', 'glc_', '[A-Za-z0-9+/]{32,400}={0,2}'),
  prefixed(
    'newrelic-key',
    'newrelic',
    'New Relic key',
    'NRAK- NRAL- NRAA- NRII- NRBR- NRJS-',
    '[A-Za-z0-9]{19,42}',
  ),
  prefixed('sentry-token', 'sentry', 'Sentry token', 'sntryu_', '[a-f0-9]{64}'),
  prefixed('sentry-token', 'sentry', 'Sentry token', 'sntrys_', '[A-Za-z0-9+/=_-]{40,}'),
  prefixed('rubygems-key', 'rubygems', 'RubyGems API key', 'rubygems_', '[a-f0-9]{48}'),
  prefixed('nuget-key', 'nuget', 'NuGet API key', 'oy2', '[a-z0-9]{43}'),
  prefixed('groq-key', 'groq', 'Groq API key', 'gsk_', '[A-Za-z0-9]{40,64}'),
  prefixed('xai-key', 'xai', 'xAI API key', 'xai-', '[A-Za-z0-9]{70,90}'),
  prefixed('perplexity-key', 'perplexity', 'Perplexity API key', 'pplx-', '[A-Za-z0-9]{40,64}'),
  prefixed('replicate-token', 'replicate', 'Replicate token', 'r8_', '[A-Za-z0-9]{37}'),
  prefixed('postman-key', 'postman', 'Postman API key', 'PMAK-', '[a-f0-9]{24}-[a-f0-9]{34}'),
  prefixed('figma-token', 'figma', 'Figma token', 'figd_', '[A-Za-z0-9_-]{38,60}'),
  prefixed('notion-token', 'notion', 'Notion token', 'ntn_', '[A-Za-z0-9]{43,50}'),
  prefixed('airtable-token', 'airtable', 'Airtable token', 'pat', '[A-Za-z0-9]{14}\\.[a-f0-9]{64}'),
  prefixed('supabase-token', 'supabase', 'Supabase token', 'sbp_', '[a-f0-9]{40}'),
  prefixed(
    'planetscale-token',
    'planetscale',
    'PlanetScale token',
    'pscale_tkn_ pscale_pw_ pscale_oauth_',
    '[A-Za-z0-9_.=-]{32,64}',
  ),
  prefixed(
    'tailscale-key',
    'tailscale',
    'Tailscale key',
    'tskey-',
    '(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{16,48}',
  ),
  prefixed('age-key', 'age', 'age secret key', 'AGE-SECRET-KEY-1', '[A-Z0-9]{58}'),
  prefixed(
    'doppler-token',
    'doppler',
    'Doppler token',
    'dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.',
    '[A-Za-z0-9._-]{40,64}',
  ),
  prefixed('pulumi-token', 'pulumi', 'Pulumi token', 'pul-', '[a-f0-9]{40}'),
  prefixed('netlify-token', 'netlify', 'Netlify token', 'nfp_', '[A-Za-z0-9]{36,44}'),
  prefixed('square-token', 'square', 'Square token', 'sq0atp- sq0csp-', '[A-Za-z0-9_-]{22,43}'),
  prefixed(
    'dynatrace-token',
    'dynatrace',
    'Dynatrace token',
    'dt0',
    '[a-z]\\d{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}',
  ),
  prefixed('circleci-token', 'circleci', 'CircleCI token', 'CCIPAT_', '[A-Za-z0-9]{22}_[a-f0-9]{40}'),
  // Of `makeAccessToken` in src/queue/call/access.io.ts.
  prefixed('queue-token', 'task-queue', 'access token of a task queue', 'sao_q1_', '[A-Za-z0-9_-]{32,}'),
  prefixed('buildkite-token', 'buildkite', 'Buildkite token', 'bkua_', '[a-f0-9]{40}'),
  prefixed(
    'jwt',
    'jwt',
    'JSON web token',
    'eyJ',
    '[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{16,}',
    { severity: 'major', certainty: 'guess' },
  ),
];

/** Pattern of the start of a token that a line end may split. A prefix of one or two letters is no sign of a token. */
export const TOKEN_PREFIX = `(?<![A-Za-z0-9_-])${anyOf(
  TOKEN_SHAPES.flatMap(({ prefixes }) => prefixes.filter((prefix) => prefix.length > 2)),
)}`;
