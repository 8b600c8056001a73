import { describe, expect, it } from 'vitest';
import { run } from '../../../src/audit/checks/security/secrets.ts';
import { redact } from '../../../src/findings/redact.ts';
import { findSpans, PRIVATE_KEY, SECRET_SHAPES } from '../../../src/findings/secret-shapes.ts';
import { holdsSecret } from '../../../src/memory/training/judge-pairs.ts';
import type { Pair } from '../../../src/memory/training/pair.schema.ts';
import { BASE64, draw, join, RSA } from '../../harness/secrets.ts';
import { rulesIn } from '../audit/fake-tree.ts';
import { pairOf } from '../memory/training/pairs.ts';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const HEX = '0123456789abcdef';
const JWT = ['ey', draw(20), '.ey', draw(40), '.', draw(43)].join('').replaceAll('ey', join('ey', 'J'));
const AZURE = `${draw(86, BASE64)}==`;

/** One example for each shape of the table. The key is the audit's rule, with a suffix if shapes share the rule. */
const EXAMPLES: Record<string, [before: string, secret: string, after: string]> = {
  privatekey: ['', RSA, '\n'],
  'aws-access-key-id': ['id ', join('AK', 'IA', draw(16, UPPER)), ' here'],
  'aws-unique-id': ['id ', join('AR', 'OA', draw(16, UPPER)), ' here'],
  github: ['see ', join('gh', 'p_', draw(36)), ' here'],
  gitlab: ['see ', join('gl', 'ptt-', draw(24)), ' here'],
  slack: ['see ', join('xa', 'pp-1-A', draw(10), '-', draw(30)), ' here'],
  'slack webhook': [
    join('https://hooks.sl', 'ack.com/services/'),
    join('T', draw(8, UPPER), '/B', draw(8, UPPER, 5), '/', draw(24)),
    ' here',
  ],
  npm: ['see ', join('np', 'm_', draw(36)), ' here'],
  anthropic: ['see ', join('s', 'k-ant-', draw(40)), ' here'],
  openai: ['see ', join('s', 'k-', draw(48)), ' here'],
  google: ['see ', join('AI', 'za', draw(35)), ' here'],
  'google-oauth': ['see ', join('GOC', 'SPX-', draw(28)), ' here'],
  stripe: ['see ', join('s', 'k_live_', draw(24)), ' here'],
  'stripe-webhook': ['see ', join('wh', 'sec_', draw(32)), ' here'],
  'stripe-test': ['see ', join('s', 'k_test_', draw(24)), ' here'],
  sendgrid: ['see ', join('S', 'G.', draw(22), '.', draw(43)), ' here'],
  pypi: ['see ', join('py', 'pi-Ag', 'EI', draw(80)), ' here'],
  'pypi guess': ['see ', join('py', 'pi-', draw(80)), ' here'],
  huggingface: ['see ', join('h', 'f_', draw(34)), ' here'],
  digitalocean: ['see ', join('do', 'p_v1_', draw(64, HEX)), ' here'],
  docker: ['see ', join('dck', 'r_pat_', draw(27)), ' here'],
  vault: ['see ', join('hv', 's.', draw(30)), ' here'],
  telegram: ['see ', join('123456780', ':A', 'A', draw(33)), ' here'],
  linear: ['see ', join('lin', '_api_', draw(40)), ' here'],
  shopify: ['see ', join('shp', 'at_', draw(32, HEX)), ' here'],
  '1password': ['see ', join('op', 's_ey', 'J', draw(250)), ' here'],
  'github fine-grained': ['see ', join('github', '_pat_', draw(60)), ' here'],
  'slack bot': ['see ', join('xo', 'xb-', draw(40)), ' here'],
  'google-oauth token': ['see ', join('ya', '29.', draw(60)), ' here'],
  twilio: ['see ', join('S', 'K', draw(32, HEX)), ' here'],
  mailgun: ['see ', join('ke', 'y-', draw(32, HEX)), ' here'],
  mailchimp: ['see ', join(draw(32, HEX), '-us', '14'), ' here'],
  brevo: ['see ', join('xkey', 'sib-', draw(64, HEX), '-', draw(16)), ' here'],
  databricks: ['see ', join('da', 'pi', draw(32, HEX)), ' here'],
  atlassian: ['see ', join('ATA', 'TT3', draw(180)), ' here'],
  'azure-client': ['see ', join(draw(3), '8', 'Q~', draw(34)), ' here'],
  discord: ['see ', join('M', draw(25), '.', draw(6), '.', draw(38)), ' here'],
  heroku: ['see ', join('HR', 'KU-', draw(36)), ' here'],
  terraform: ['see ', join(draw(14), '.atlas', 'v1.', draw(67)), ' here'],
  grafana: ['see ', join('gl', 'sa_', draw(32), '_', draw(8, HEX)), ' here'],
  'grafana cloud': ['see ', join('gl', 'c_', draw(60, BASE64)), ' here'],
  newrelic: ['see ', join('NR', 'AK-', draw(27, UPPER)), ' here'],
  sentry: ['see ', join('sn', 'tryu_', draw(64, HEX)), ' here'],
  'sentry organisation': ['see ', join('sn', 'trys_', draw(80)), ' here'],
  rubygems: ['see ', join('ruby', 'gems_', draw(48, HEX)), ' here'],
  nuget: ['see ', join('oy', '2', draw(43, HEX)), ' here'],
  groq: ['see ', join('gs', 'k_', draw(52)), ' here'],
  xai: ['see ', join('xa', 'i-', draw(80)), ' here'],
  perplexity: ['see ', join('pp', 'lx-', draw(48)), ' here'],
  replicate: ['see ', join('r', '8_', draw(37)), ' here'],
  postman: ['see ', join('PM', 'AK-', draw(24, HEX), '-', draw(34, HEX)), ' here'],
  figma: ['see ', join('fig', 'd_', draw(40)), ' here'],
  notion: ['see ', join('nt', 'n_', draw(46)), ' here'],
  airtable: ['see ', join('pa', 't', draw(14), '.', draw(64, HEX)), ' here'],
  supabase: ['see ', join('sb', 'p_', draw(40, HEX)), ' here'],
  planetscale: ['see ', join('psc', 'ale_tkn_', draw(43)), ' here'],
  tailscale: ['see ', join('ts', 'key-auth-', draw(16), '-', draw(32)), ' here'],
  age: ['see ', join('AGE-SEC', 'RET-KEY-1', draw(58, UPPER)), ' here'],
  doppler: ['see ', join('d', 'p.st.', draw(43)), ' here'],
  pulumi: ['see ', join('pu', 'l-', draw(40, HEX)), ' here'],
  netlify: ['see ', join('nf', 'p_', draw(40)), ' here'],
  square: ['see ', join('sq', '0atp-', draw(22)), ' here'],
  dynatrace: ['see ', join('dt', '0c01.', draw(24, UPPER), '.', draw(64, UPPER)), ' here'],
  circleci: ['see ', join('CCI', 'PAT_', draw(22), '_', draw(40, HEX)), ' here'],
  'access token of a task queue': ['see ', join('sao', '_q1_', draw(43)), ' here'],
  buildkite: ['see ', join('bk', 'ua_', draw(40, HEX)), ' here'],
  'discord-webhook': [
    'https://discord.com/api/webhooks/',
    join(draw(18, '123456789'), '/', draw(68)),
    ' here',
  ],
  'command-line option': ['run --db-password ', draw(20), ' here'],
  'command-line user': ['curl -u ci:', draw(20), ' https://acme.io'],
  'command-line p': ['sshpass -p ', draw(20), ' ssh acme.io'],
  'command-line here-string': ['sudo -S ls <<< ', draw(20), '\n'],
  'command-line pipe': ['echo ', draw(20), ' | sudo -S ls'],
  'configuration environment': ['ENV DB_PASSWORD ', draw(20), '\n'],
  'configuration netrc': ['machine acme.io login ci password ', draw(20), '\n'],
  'configuration element': ['<password>', draw(20), '</password>'],
  'configuration property': ['<property name="password">', draw(20), '</property>'],
  'configuration pair': ['name: DB_PASSWORD\nvalue: ', draw(20), '\n'],
  'configuration query': ["IDENTIFIED BY '", draw(20), "'"],
  'redacted table': ['| password | ', draw(20), ' |'],
  'redacted sentence': ['The password is ', draw(20), ' here'],
  'redacted sentence with words': ['The password was changed to ', draw(20), ' here'],
  'redacted login': ['credentials: admin / ', draw(20), ' here'],
  'redacted word behind a name': ['the api key ', draw(32, HEX), ' here'],
  'redacted PIN': ['PIN ', '48213', ' here'],
  'redacted pair': ['log in as admin:', draw(20), ' here'],
  'redacted cookie': ['Cookie: sid=', draw(20), '; path'],
  'redacted argument': ["define('DB_PASSWORD', '", draw(20), "')"],
  jwt: ['see ', JWT, ' here'],
  'url-password': ['redis://:', draw(20), '@cache.acme.io:6379'],
  'url-token': ['https://', draw(40, HEX), '@git.acme.io/a.git'],
  authorization: ['curl -H "Authorization: Bearer ', draw(40), '"'],
  hardcoded: ['client_secret = "', draw(32), '"'],
  'azure-storage': ['AccountName=a;AccountKey=', AZURE, ';Suffix=b'],
  'redacted kubernetes-key': ['client-key-data: ', join('LS0t', draw(80)), '\n'],
};

/** A report must hide these, but code looks like them too often for the audit. */
const AUDITED = Object.entries(EXAMPLES).filter(([rule]) => !rule.startsWith('redacted '));

describe('the table of secret shapes', () => {
  it('has one example for each shape', () => {
    const shapes = [PRIVATE_KEY, ...SECRET_SHAPES];
    const matched = Object.values(EXAMPLES).map(([before, secret, after]) =>
      shapes.filter((shape) => findSpans(`${before}${secret}${after}`, shape).length > 0),
    );
    expect(shapes.filter((shape) => !matched.flat().includes(shape))).toEqual([]);
    expect(Object.keys(EXAMPLES)).toHaveLength(shapes.length);
  });

  it.each(AUDITED)('%s is found by the audit', async (_, [before, secret, after]) => {
    expect(await rulesIn(run, 'src/config.conf', `${before}${secret}${after}`)).not.toEqual([]);
  });

  it.each(Object.entries(EXAMPLES))('%s is hidden by redaction', (_, [before, secret, after]) => {
    const hidden = redact(`${before}${secret}${after}`);
    expect(hidden).toMatch(/\[redacted:[a-z0-9-]+\]/);
    expect(hidden).not.toContain(secret);
  });

  it.each(Object.entries(EXAMPLES))('%s is refused by the training export', (_, [before, secret, after]) => {
    expect(holdsSecret(pairOf('What does it use?', `${before}${secret}${after}`) as Pair)).toBe(true);
  });

  it.each(Object.entries(EXAMPLES))(
    '%s is recognized between invisible characters',
    async (rule, [before, secret, after]) => {
      const middle = secret.length >> 1;
      const text = `${before}${secret.slice(0, middle)}\u200b${secret.slice(middle)}${after}`;
      expect(redact(text)).toMatch(/\[redacted:[a-z0-9-]+\]/);
      expect(redact(text)).not.toContain(secret.slice(middle));
      expect(redact(redact(text))).toBe(redact(text));
      expect(holdsSecret(pairOf('What does it use?', text) as Pair)).toBe(true);
      if (rule !== 'hardcoded' && !rule.startsWith('redacted '))
        expect(await rulesIn(run, 'src/config.conf', text)).not.toEqual([]);
    },
  );
});
