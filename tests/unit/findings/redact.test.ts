import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasSecret, redact } from '../../../src/findings/redact.ts';
import { makeAccessToken } from '../../../src/queue/call/access.io.ts';
import { scaled } from '../../harness/scale.ts';
import { BASE64, draw, HARMLESS, join, RSA, SECRETS } from '../../harness/secrets.ts';

describe('redact', () => {
  it('has at least fifty secrets and fifty harmless texts', () => {
    expect(SECRETS.length).toBeGreaterThanOrEqual(50);
    expect(HARMLESS.length).toBeGreaterThanOrEqual(50);
  });

  it.each(SECRETS)('redacts %s', (_, before, secret, after, kind) => {
    expect(redact(`${before}${secret}${after}`)).toBe(`${before}[redacted:${kind}]${after}`);
    expect(hasSecret(`${before}${secret}${after}`)).toBe(true);
  });

  it.each(HARMLESS)('keeps %s', (_, text) => {
    expect(redact(text)).toBe(text);
    expect(hasSecret(text)).toBe(false);
  });

  it('redacts each token that a queue makes', () => {
    for (let round = 0; round < 50; round++) {
      const { token } = makeAccessToken();
      expect(redact(`SAO_QUEUE_TOKEN=${token}, see \`${token}\`.`)).not.toContain(token.slice(7));
    }
  });

  it('redacts all of many secrets', () => {
    const text = SECRETS.map(([, before, secret, after]) => `${before}${secret}${after}`).join('\n\n');
    const clean = redact(text);
    for (const [, , secret] of SECRETS) expect(clean).not.toContain(secret);
    expect(clean.match(/\[redacted:/g)?.length).toBe(SECRETS.length);
  });

  it('keeps the text after a private key that has no end', () => {
    const first = join('-----BEGIN PRIV', 'ATE KEY-----');
    const text = `${first} is looked for.\n- [major] A finding\n${RSA}\n- [minor] Another\n`;
    expect(redact(text)).toBe(
      `${first} is looked for.\n- [major] A finding\n[redacted:private-key]\n- [minor] Another\n`,
    );
    expect(redact(`${RSA.slice(0, 200)}\n- [minor] Another\n${RSA}`)).toBe(
      '[redacted:private-key]\n- [minor] Another\n[redacted:private-key]',
    );
  });
});

describe('redact of any text', () => {
  const PARTS = [
    ...SECRETS.flatMap(([, before, secret, after]) => [
      before,
      secret,
      after,
      secret.slice(0, 20),
      secret.slice(-20),
    ]),
    ...HARMLESS.map(([, text]) => text),
    ...[
      ' ',
      '\n',
      '"',
      "'",
      '`',
      '=',
      ': ',
      '@',
      '/',
      '-',
      '_',
      '.',
      '\\',
      '\\n',
      '&',
      ')',
      '[',
      ']',
      '://',
      ':',
    ],
    ...[
      '[redacted:secret]',
      '[redacted:',
      'password',
      'token=',
      'Bearer ',
      'Basic ',
      'http://u:',
      'x'.repeat(300),
    ],
    ...[
      join('-----BEGIN PRIV', 'ATE KEY-----'),
      join('-----END PRIV', 'ATE KEY-----'),
      draw(40),
      draw(200, BASE64),
    ],
  ];
  const text = fc
    .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...PARTS) }, fc.string({ maxLength: 6 })), {
      maxLength: 12,
    })
    .map((parts) => parts.join(''));

  it('does not change when it is redacted again', () => {
    fc.assert(
      fc.property(text, (given) => {
        const clean = redact(given);
        expect(redact(clean)).toBe(clean);
        expect(hasSecret(clean)).toBe(false);
      }),
      { numRuns: scaled(400, 2_000) },
    );
  });

  it('keeps all text except secrets', () => {
    fc.assert(
      fc.property(text, (given) => {
        let from = 0;
        for (const piece of redact(given).split(/\[redacted:[a-z-]+\]/)) {
          const found = given.indexOf(piece, from);
          expect(found).toBeGreaterThanOrEqual(from);
          from = found + piece.length;
        }
      }),
    );
  });

  it('never contains a provider token after redaction', () => {
    const named = SECRETS.filter(
      ([, , , , kind]) => !['secret', 'authorization', 'url-token', 'url-password'].includes(kind),
    );
    const prose = fc.stringMatching(/^[a-z ,.;:()]{0,40}$/);
    fc.assert(
      fc.property(fc.constantFrom(...named), prose, prose, ([, before, secret, after], head, tail) => {
        expect(redact(`${head} ${before}${secret}${after} ${tail}`)).not.toContain(secret);
      }),
    );
  });
});

/** Characters of the longer text. */
const WHOLE = scaled(100_000, 400_000);

describe('redact of a long text', () => {
  const PIECES = [
    ...[
      'a',
      'aB3',
      ' ',
      '\n',
      '=',
      '-',
      '-----',
      'password=',
      'password="',
      "token='",
      'token: ',
      'secret: "a1!',
      'pass',
    ],
    ...[
      '_pass=',
      'api_key=aB3$xY9z&',
      'token=a.b.c(',
      'http://',
      'a://b:',
      'a://b:c',
      'a://b:c@',
      'a://aaaaaaaaaaa1',
      'a@',
    ],
    ...[
      'eyJ',
      'eyJaaaaaaaaaaa.',
      'eyJaaaaaaaaaaa.eyJaaaaaaaaa.',
      join('gh', 'p_'),
      join('s', 'k-'),
      'gl',
      'xoxb-',
      'SG.',
    ],
    ...[
      '--password ',
      '--a-a-a-',
      '-u a:',
      'mysql ',
      'mysql -p',
      'ENV a_password ',
      'user a password ',
      '<password>',
    ],
    ...[
      '<password a',
      ' name="a',
      'name: password\nvalue: ',
      '| password | ',
      'password is ',
      "password, '",
      '| a',
    ],
    ...[
      '&#95;',
      '&quot;',
      '%5F',
      '\\_',
      '\\u005f',
      '<b>',
      'a**',
      'a\n',
      "a' + '",
      join('gh', 'p_a\n'),
      'a="',
      'Q~a',
    ],
    ...[
      'password a a a a ',
      'credentials a/',
      'cookie: a=',
      'pw a',
      'aGVsbG8gd29ybGQg',
      'YUdWc2JHOGdkMjl5YkdRZw',
      '68656c6c6f20',
      'name=',
      'pat',
      'M',
    ],
    ...[
      'bearer ',
      'basic aaaaaaaa',
      'hooks.slack.com/services/',
      'AKIA',
      'AIza',
      'ya29.',
      'npm_',
      '\\n',
      '%3D',
      '&a=',
      '…',
    ],
    ...[
      join('-----BEGIN PRIV', 'ATE KEY-----'),
      join('-----BEGIN PRIV', 'ATE KEY-----\n'),
      '-----END ',
      '-----BEGIN A',
    ],
    ...[
      join('-----BEGIN PRIV', 'ATE KEY-----\nVersion: '),
      join('-----BEGIN PRIV', 'ATE KEY-----', 'Version: Version: 12 '.repeat(9)),
      join('-----BEGIN PRIV', `ATE KEY-----${draw(40)}`),
    ],
    ...[
      '[redacted:secret]',
      'token=[redacted:secret]',
      ': str = ',
      'token: a = ',
      'password: a b c ',
      'a ',
      'g.',
      'abcd ',
      '67 ',
      'р',
      'pр',
      'ｐ',
      'drowssap=',
      '9fed_phg',
      '"',
      "'",
      '`',
      '/',
    ],
  ];

  const measure = (text: string) => {
    const start = process.cpuUsage();
    redact(text);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };

  // Ten times as much takes ten times as long where time is linear, a hundred times where it is quadratic.
  it.each(PIECES)('takes linear time for repeated %j', (piece) => {
    const build = (size: number) => piece.repeat(Math.ceil(size / piece.length));
    const tenth = build(WHOLE / 10);
    const whole = build(WHOLE);
    const ratio = () => measure(whole) / ((measure(tenth) + measure(tenth) + measure(tenth)) / 3);
    const ratios = [ratio()];
    while (Math.min(...ratios) > 35 && ratios.length < 4) ratios.push(ratio());
    expect(Math.min(...ratios)).toBeLessThan(40);
  });

  // An odd number of digits is no hexadecimal text: a pattern that reads pairs in two ways tries all 2^150 of them.
  it('reads long numbers at once', () => {
    expect(redact(`pi is ${'1'.repeat(301)}`)).toBe(`pi is ${'1'.repeat(301)}`);
  });
});
