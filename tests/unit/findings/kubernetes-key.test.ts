import { expect, it } from 'vitest';
import { redact } from '../../../src/findings/redact.ts';

const PEM = Buffer.from(`-----BEGIN EC PRIVATE KEY-----\n${'aB3dE5fG7h'.repeat(9)}\n`).toString('base64');

it.each([`    client-key-data: ${PEM}`, `"client-key-data": "${PEM}"`])(
  'the key of %s is redacted',
  (text) => {
    expect(redact(text)).not.toContain(PEM.slice(20));
  },
);

it('a certificate is not', () => {
  const text = `    client-certificate-data: ${Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64')}`;
  expect(redact(text)).toBe(text);
});
