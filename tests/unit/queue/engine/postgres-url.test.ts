import { describe, expect, it } from 'vitest';
import { readPostgresUrl } from '../../../../src/queue/engine/postgres-url.ts';

describe('readPostgresUrl', () => {
  it.each([
    ['postgres://u:secret@db.example/q', 'require', undefined],
    ['postgres://u@localhost/q', 'off', undefined],
    ['postgres://u@127.0.0.1:5433/q', 'off', undefined],
    ['postgresql://u@localhost/q?sslmode=require', 'require', undefined],
    ['postgres://u@db.example/q?sslmode=verify-full&sslrootcert=/ca.pem', 'verify', '/ca.pem'],
    ['postgres://u@db.example/q?sslmode=disable', 'off', undefined],
  ])('%s: %s', (url, ssl, rootCertificate) => {
    const read = readPostgresUrl(url);
    expect(read).toMatchObject({ ok: true, value: { ssl, rootCertificate } });
    expect(read.ok && read.value.url).not.toContain('ssl');
  });

  it('shows neither password nor parameters', () => {
    const read = readPostgresUrl('postgres://u:secret@db.example:5433/q?password=other');
    expect(read.ok && read.value.shown).toBe('postgres://u@db.example:5433/q');
  });

  it.each([
    'mysql://u@h/q',
    'postgres://u@h',
    'files2',
    '',
    'postgres://u@h/q?sslmode=maybe',
    'postgres://u@h/q?connect_timeout=-1',
  ])('refuses %j without repeating it', (url) => {
    const read = readPostgresUrl(url);
    expect(read).toMatchObject({ ok: false, diagnostics: [{ code: 'queue-engine-wrong' }] });
  });
});
