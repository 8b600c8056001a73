import { describe, expect, it } from 'vitest';
import { redact } from '../../../src/findings/redact.ts';
import { DISGUISED } from '../../fixtures/secrets/disguised.ts';
import { HARMLESS_TEXTS } from '../../fixtures/secrets/harmless.ts';
import type { SecretText } from '../../fixtures/secrets/random-values.ts';
import { UNDISGUISED } from '../../fixtures/secrets/undisguised.ts';

/** Longest part of a secret that a hidden text may still show, in characters. */
const MAX_SHOWN = 7;

/** Whether a text shows no longer part of the secret. */
function hides(redacted: string, { secret }: SecretText): boolean {
  const text = redacted.replaceAll(/\[redacted:[a-z0-9-]+\]/g, '…');
  return secret.every((part) => {
    const window = Math.min(part.length, MAX_SHOWN + 1);
    for (let start = 0; start + window <= part.length; start++)
      if (text.includes(part.slice(start, start + window))) return false;
    return true;
  });
}

const shown = (texts: readonly SecretText[]) =>
  texts.filter((entry) => !hides(redact(entry.text), entry)).map(({ what }) => what);

describe('the corpus of secrets', () => {
  it('has 66 undisguised and 58 disguised secrets and 93 harmless texts, and each secret is in its text', () => {
    expect([UNDISGUISED.length, DISGUISED.length, HARMLESS_TEXTS.length]).toEqual([66, 58, 93]);
    for (const { text, secret } of [...UNDISGUISED, ...DISGUISED])
      for (const part of secret) expect(text).toContain(part);
  });

  it('is hidden where nothing disguises it (at least 95 % are promised)', () => {
    expect(shown(UNDISGUISED)).toEqual([]);
  });

  it('is hidden where it is disguised (at least 80 % are promised)', () => {
    expect(shown(DISGUISED)).toEqual([]);
  });

  it('changes no harmless text', () => {
    expect(HARMLESS_TEXTS.filter((text) => redact(text) !== text)).toEqual([]);
  });

  it('does not change when it is redacted again', () => {
    for (const { text } of [...UNDISGUISED, ...DISGUISED]) {
      const clean = redact(text);
      expect(redact(clean)).toBe(clean);
    }
  });
});
