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
  jwt: ['see ', JWT, ' here'],
  'url-password': ['redis://:', draw(20), '@cache.acme.io:6379'],
  'url-token': ['https://', draw(40, HEX), '@git.acme.io/a.git'],
  authorization: ['curl -H "Authorization: Bearer ', draw(40), '"'],
  hardcoded: ['client_secret = "', draw(32), '"'],
  'azure-storage': ['AccountName=a;AccountKey=', AZURE, ';Suffix=b'],
};

describe('the table of secret shapes', () => {
  it('has one example for each shape', () => {
    const shapes = [PRIVATE_KEY, ...SECRET_SHAPES];
    const matched = Object.values(EXAMPLES).map(([before, secret, after]) =>
      shapes.filter((shape) => findSpans(`${before}${secret}${after}`, shape).length > 0),
    );
    expect(shapes.filter((shape) => !matched.flat().includes(shape))).toEqual([]);
    expect(Object.keys(EXAMPLES)).toHaveLength(shapes.length);
  });

  it.each(Object.entries(EXAMPLES))('%s is found by the audit', async (_, [before, secret, after]) => {
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
      if (rule !== 'hardcoded') expect(await rulesIn(run, 'src/config.conf', text)).not.toEqual([]);
    },
  );
});
