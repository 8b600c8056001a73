import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasSecret, redact } from '../../../src/report/redact.ts';

// No secret stands in this file, not even a made-up one: each is put together when the tests run.
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const HEX = `${DIGITS}abcdef`;
const ALNUM = LOWER + LOWER.toUpperCase() + DIGITS;
const BASE64 = `${ALNUM}+/`;
const URL64 = `${ALNUM}_-`;

/** As random as a key, and the same in every run. */
function draw(length: number, alphabet = ALNUM, seed = length): string {
  let state = seed * 7919 + 17;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return alphabet[Math.floor(state / 65_536) % alphabet.length];
  }).join('');
}
const join = (...parts: string[]) => parts.join('');
const PASSWORD = `q7${draw(12, ALNUM, 3)}!x`;
const lines = (text: string, width = 64) => text.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? '';
const keyBlock = (kind: string, body: string) =>
  `${join('-----BEGIN ', kind, '-----')}\n${body}\n${join('-----END ', kind, '-----')}`;
const RSA = keyBlock(join('RSA PRIV', 'ATE KEY'), lines(draw(600, BASE64)));
const JWT = [join('ey', 'J', draw(20, URL64)), join('ey', 'J', draw(90, URL64)), draw(43, URL64)].join('.');
const basic = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64');

type Positive = [what: string, before: string, secret: string, after: string, kind: string];

const SECRETS: Positive[] = [
  ['AWS key id', 'Found ', join('AK', 'IA', draw(16, ALNUM.toUpperCase().slice(26))), ' in a.ts', 'aws-key'],
  ['AWS session key id', 'key=', join('AS', 'IA', draw(16, ALNUM.toUpperCase().slice(26))), '', 'aws-key'],
  ['AWS secret key', 'aws_secret_access_key = ', draw(40, BASE64), '\n', 'secret'],
  ['AWS secret key that starts like a path', 'AWS_SECRET_ACCESS_KEY=', `/${draw(39, BASE64)}`, '', 'secret'],
  ['AWS secret key in JSON', '{"SecretAccessKey": "', draw(40, BASE64, 9), '"}', 'secret'],
  ['GitHub classic', 'token ', join('gh', 'p_', draw(36)), ' leaked', 'github-token'],
  ['GitHub server', '"', join('gh', 's_', draw(36, ALNUM, 5)), '"', 'github-token'],
  ['GitHub OAuth in a URL', 'https://', join('gh', 'o_', draw(36)), '@github.com/a/b', 'github-token'],
  ['GitHub fine-grained', '`', join('github', '_pat_', draw(22), '_', draw(59)), '`', 'github-token'],
  ['GitHub after an escaped line end', 'log: a\\n', join('gh', 'p_', draw(36)), '\\n', 'github-token'],
  ['GitHub in an encoded URL', 'a?t%3D', join('gh', 'p_', draw(36)), '&b', 'github-token'],
  ['GitLab personal', '(', join('gl', 'pat-', draw(20, URL64)), ')', 'gitlab-token'],
  ['GitLab at the end of a sentence', 'It is ', join('gl', 'pat-', draw(26)), '. Then', 'gitlab-token'],
  ['GitLab runner', 'register ', join('gl', 'rt-', draw(20)), '\n', 'gitlab-token'],
  ['Slack bot', 'SLACK: ', join('xo', 'xb-', draw(12, DIGITS), '-', draw(24)), '', 'slack-token'],
  ['Slack user', '<', join('xo', 'xp-', draw(11, DIGITS), '-', draw(32, HEX)), '>', 'slack-token'],
  ['Slack app', '', join('xa', 'pp-1-A', draw(10), '-', draw(30)), ' ', 'slack-token'],
  [
    'Slack webhook',
    'https://hooks.slack.com/services/',
    `T${draw(8)}/B${draw(8)}/${draw(24)}`,
    '"',
    'slack-webhook',
  ],
  ['npm', '//registry/:_authToken=', join('np', 'm_', draw(36)), '\n', 'npm-token'],
  ['npm legacy', '//registry/:_auth=', draw(32, BASE64), '\n', 'secret'],
  ['OpenAI', 'key: ', join('s', 'k-', draw(48)), ',', 'openai-key'],
  ['OpenAI project', "'", join('s', 'k-proj-', draw(120, URL64), 'A'), "'", 'openai-key'],
  ['OpenAI service', '=', join('s', 'k-svcacct-', draw(60, URL64), 'A'), '', 'openai-key'],
  [
    'Anthropic',
    'ANTHROPIC_API_KEY=',
    join('s', 'k-ant-', 'api03-', draw(93, URL64), 'AA'),
    '',
    'anthropic-key',
  ],
  ['Anthropic OAuth', '- ', join('s', 'k-ant-', 'oat01-', draw(80, URL64), 'AA'), ' -', 'anthropic-key'],
  ['Google API', 'key=', join('AI', 'za', draw(35, URL64)), '&v=1', 'google-key'],
  ['Google OAuth', 'Authorized ', join('ya', '29.', draw(60, URL64), 'A'), '', 'google-key'],
  ['Google client secret', '"', join('GOC', 'SPX-', draw(28, URL64)), '"', 'google-key'],
  ['Stripe live', 'stripe(', join('s', 'k_live_', draw(24)), ')', 'stripe-key'],
  ['Stripe test', "stripe('", join('s', 'k_test_', draw(99)), "')", 'stripe-key'],
  ['Stripe restricted', '', join('r', 'k_live_', draw(24)), '', 'stripe-key'],
  ['Stripe webhook', '', join('wh', 'sec_', draw(32)), '', 'stripe-key'],
  ['SendGrid', '', join('S', 'G.', draw(22, URL64), '.', draw(42, URL64), 'A'), '', 'sendgrid-key'],
  ['PyPI', '', join('py', 'pi-', draw(150, URL64), 'A'), '', 'pypi-token'],
  ['Hugging Face', '', join('h', 'f_', draw(34)), '', 'huggingface-token'],
  ['private key', 'a\n', RSA, '\nb', 'private-key'],
  [
    'private key, encrypted',
    '',
    RSA.replace('\n', `\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${draw(32, HEX)}\n\n`),
    '',
    'private-key',
  ],
  [
    'private key of OpenSSH',
    '',
    keyBlock(join('OPENSSH PRIV', 'ATE KEY'), lines(draw(345, BASE64), 70)),
    '\n',
    'private-key',
  ],
  [
    'private key of PGP',
    '',
    keyBlock(
      join('PGP PRIV', 'ATE KEY BLOCK'),
      `Version: GnuPG v2\n\n${lines(draw(400, BASE64))}\n=${draw(4)}`,
    ),
    '',
    'private-key',
  ],
  [
    'private key, escaped',
    '{"private_key": "',
    `${RSA.replaceAll('\n', '\\n')}\\n`.slice(0, -2),
    '\\n"}',
    'private-key',
  ],
  ['private key, indented', '  ', RSA.replaceAll('\n', '\n    '), '\nb', 'private-key'],
  ['private key in a change', '+', RSA.replaceAll('\n', '\n+'), '\n b', 'private-key'],
  ['private key in code', "const k = '", RSA.replaceAll('\n', "\\n' +\n  '"), "';", 'private-key'],
  ['private key with line numbers', '1 ', RSA.split('\n').join('\n12 | '), '\n', 'private-key'],
  ['private key on one line', 'PEM: ', RSA.replaceAll('\n', ' '), ' b', 'private-key'],
  ['private key, cut off', '', RSA.slice(0, 300), '\n\n- [major] Next finding', 'private-key'],
  ['JWT', 'Cookie: s=', JWT, '; path=/', 'jwt'],
  ['JWT as bearer', 'Authorization: Bearer ', JWT, '', 'jwt'],
  ['bearer', 'curl -H "Authorization: Bearer ', draw(40), '" https://a.b', 'authorization'],
  ['basic', 'Authorization: Basic ', basic('admin', 'hunter22'), '\n', 'authorization'],
  ['URL with a password', 'postgres://app:', PASSWORD, '@db:5432/app', 'url-password'],
  ['URL with a password only', 'redis://:', draw(20), '@cache:6379', 'url-password'],
  ['URL with a weak password', 'ftp://root:', 'hunter2', '@host', 'url-password'],
  ['URL with a long password', 'https://ci:', draw(400), '@host/a', 'url-password'],
  ['URL with a token', 'git clone https://', draw(40, HEX), '@host/a.git', 'url-token'],
  ['environment', 'DB_PASSWORD=', PASSWORD, '\nA=b', 'secret'],
  ['environment, short name', 'export MYSQL_PASS=', PASSWORD, '', 'secret'],
  ['environment, quoted', 'SECRET_KEY="', `${draw(20)} ${draw(20)}`, '"', 'secret'],
  ['YAML', 'password: ', PASSWORD, '\nuser: a', 'secret'],
  ['YAML, quoted', "  apiKey: '", draw(32, HEX), "'", 'secret'],
  ['JSON', '{"password":"', PASSWORD, '","a":1}', 'secret'],
  ['JSON in a string', '"{\\"client_secret\\":\\"', draw(32), '\\"}"', 'secret'],
  ['code', "const password = '", PASSWORD, "';", 'secret'],
  ['code with a type', "const apiKey: string = '", draw(32), "';", 'secret'],
  ['code in Go', 'token := "', draw(32), '"', 'secret'],
  ['code in Python', 'connect(password="', PASSWORD, '")', 'secret'],
  ['code in Ruby', ':secret => "', draw(32), '"', 'secret'],
  ['code with an index', 'process.env["API_KEY"] = "', draw(32), '"', 'secret'],
  ['code in backticks', 'password = `', PASSWORD, '`', 'secret'],
  ['code that is cut off', 'password = "', PASSWORD, '', 'secret'],
  ['a comparison', "if (token === '", draw(32), "')", 'secret'],
  ['a URL parameter', 'https://a.b/c?api_key=', draw(32), '&page=2', 'secret'],
  ['a parameter after a harmless one', 'a?token=$TOKEN&secret=', draw(32), '', 'secret'],
  ['a header', 'X-Api-Key: ', draw(32), '\n', 'secret'],
  ['an Azure connection', 'AccountName=a;AccountKey=', `${draw(86, BASE64)}==`, ';Suffix=b', 'secret'],
  ['a token with dots', 'DISCORD_TOKEN=', [draw(24), draw(6), draw(27)].join('.'), '', 'secret'],
  ['a value in brackets', 'logged (password=', PASSWORD.replace('!', '#'), ') twice', 'secret'],
  ['a long value', 'token=', draw(3000), '\nb', 'secret'],
  ['a passphrase with odd words', 'passphrase: "', `k0ala ${draw(8)} 7rain`, '"', 'secret'],
];

const HARMLESS: [what: string, text: string][] = [
  ['uuid', 'id: 123e4567-e89b-42d3-a456-426614174000'],
  ['uuid of a run', 'run 20260101-120000-9f86d081 failed'],
  ['git commit', `commit ${draw(40, HEX)}`],
  ['short commits', 'Merge c81b13c and 4b35355'],
  ['integrity', `"integrity": "sha512-${draw(86, BASE64)}=="`],
  ['integrity in HTML', `<script integrity="sha384-${draw(64, BASE64)}">`],
  ['checksum', `${draw(64, HEX)}  sao.tar.gz`],
  ['image digest', `FROM node:20@sha256:${draw(64, HEX)}`],
  ['image digest in a URL', `docker://node:20-alpine@sha256:${draw(64, HEX)}`],
  ['go.sum', `example.org/a v1.2.3 h1:${draw(43, BASE64)}=`],
  ['base64 image', `data:image/png;base64,iVBORw0KGgo${draw(300, BASE64)}`],
  ['base64 font', `src: url(data:font/woff2;base64,${draw(300, BASE64)})`],
  ['source map', `//# sourceMappingURL=data:application/json;base64,${draw(200, BASE64)}`],
  ['public key', keyBlock('PUBLIC KEY', lines(draw(300, BASE64)))],
  ['certificate', keyBlock('CERTIFICATE', lines(draw(900, BASE64)))],
  ['public SSH key', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${draw(43, BASE64)} me@host`],
  [
    'first line of a key in code',
    `if (text.includes('${join('-----BEGIN RSA PRIV', 'ATE KEY-----')}')) throw e;`,
  ],
  [
    'first line of a key in a finding',
    `- [major] Key \`${join('-----BEGIN PRIV', 'ATE KEY-----')}\` — src/config/production/keys.pem:1`,
  ],
  [
    'key with its body left out',
    `${join('-----BEGIN PRIV', 'ATE KEY-----')}\n...\n${join('-----END PRIV', 'ATE KEY-----')}`,
  ],
  ['AWS example', `AWS_ACCESS_KEY_ID=${join('AK', 'IA', 'IOSFODNN7', 'EXAMPLE')}`],
  ['stand-in in angle brackets', 'API_KEY=<your-api-key-12>'],
  ['stand-in in capitals', 'api_key: YOUR_API_KEY_1'],
  ['stand-in of x', `${join('gh', 'p_')}${'x'.repeat(36)}`],
  ['stand-in of stars', 'password: ************'],
  ['stand-in with dots', `OPENAI_API_KEY=${join('s', 'k-')}...`],
  ['stand-in, changeme', 'password=changeme123!'],
  ['stand-in, counted', 'password: "12345678"'],
  ['stand-in in a URL', 'postgres://user:password@localhost:5432/db'],
  ['variable of a shell', `PASSWORD="$DB_PASSWORD" TOKEN=\${NPM_TOKEN2}`],
  ['variable in a URL', `https://x-access-token:\${GITHUB_TOKEN}@github.com/a/b`],
  ['command of a shell', 'TOKEN=$(cat /run/secrets/token1)'],
  ['variable of a workflow', `token: "\${{ secrets.NPM_TOKEN_2 }}"`],
  ['variable of a template', 'password: "{{ db_password_1 }}"'],
  ['variable of an f-string', 'f"token={api_token_2}"'],
  ['variable of Windows', 'set PASSWORD=%DB_PASS_1%'],
  ['call in code', 'const password = await readPassword2(options);'],
  ['member in code', 'password: process.env.DB_PASSWORD1,'],
  ['member of a call', "token = headers['x-token-1']"],
  ['chain in code', 'secret: config.app2.secretName3'],
  ['arrow in code', 'token => verify2(token)'],
  ['type in code', 'password: string | undefined; token?: Token1<Kind2>;'],
  ['comparison in code', 'if (token === expected.token2) return;'],
  ['variable only', 'function login(user, password) { return check(user, password); }'],
  ['regular expression', 'const password = /^[a-z]{8,}$/;'],
  ['name of a variable', 'secretName: my-app-db-password-2'],
  ['key of a translation', "password: 'auth.form.password.label2'"],
  ['message', 'password: "Must hold 8 characters, a digit & one of !@#"'],
  ['label', '"password": "Enter your password (min. 8)"'],
  ['path', 'password_file: /run/secrets/db_password; token: /var/run/k8s/token.2'],
  ['path below home', 'private_key: ~/.ssh/id_ed25519'],
  ['address', 'token: https://auth.example.org/v2/token?x=1'],
  ['resource', 'secret: arn:aws:secretsmanager:eu-west-1:123:secret:db-1'],
  ['resource by path', 'secret: projects/123456/secrets/db-pass/versions/3'],
  ['number of tokens', 'max_tokens: 128000, tokens=4096, token_count: 12345678'],
  ['date', 'token: 2026-01-01'],
  ['long identifier', 'createSecretsManagerClientFactoryProviderForEuWest1Region2'],
  ['long identifier of capitals', 'SAO_MAX_TOKENS_PER_WAVE_AND_ATTEMPT_2'],
  ['long selector', '.sk-loading-indicator-wrapper-large-primary-2'],
  ['word before a token', `task-${'a1b2c3d4'.repeat(5)}`],
  ['port', 'http://localhost:3000?to=me@example.org'],
  ['scope', 'https://unpkg.com/@scope/pkg@1.2.3'],
  ['mail', 'ssh://git@host:22/a mailto:me@example.org git@github.com:a/b.git'],
  ['bearer in prose', 'The bearer authentication-2 scheme; basic understanding1 is enough'],
  ['already redacted', 'password=[redacted:secret] and [redacted:github-token]'],
  ['plain prose', 'The password: it is read from the environment, then the token = user pair.'],
];

describe('redact', () => {
  it('has tables of at least fifty', () => {
    expect(SECRETS.length).toBeGreaterThanOrEqual(50);
    expect(HARMLESS.length).toBeGreaterThanOrEqual(50);
  });

  it.each(SECRETS)('takes out: %s', (_, before, secret, after, kind) => {
    expect(redact(`${before}${secret}${after}`)).toBe(`${before}[redacted:${kind}]${after}`);
    expect(hasSecret(`${before}${secret}${after}`)).toBe(true);
  });

  it.each(HARMLESS)('leaves alone: %s', (_, text) => {
    expect(redact(text)).toBe(text);
    expect(hasSecret(text)).toBe(false);
  });

  it('takes out every one of many', () => {
    const text = SECRETS.map(([, before, secret, after]) => `${before}${secret}${after}`).join('\n\n');
    const clean = redact(text);
    for (const [, , secret] of SECRETS) expect(clean).not.toContain(secret);
    expect(clean.match(/\[redacted:/g)?.length).toBe(SECRETS.length);
  });

  it('does not let a key without an end, or one named before it, swallow the rest', () => {
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

describe('any text', () => {
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

  it('is redacted once and for all', () => {
    fc.assert(
      fc.property(text, (given) => {
        const clean = redact(given);
        expect(redact(clean)).toBe(clean);
        expect(hasSecret(clean)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('loses nothing but its secrets', () => {
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

  it('shows no named token on any line of prose', () => {
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

describe('a megabyte', () => {
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
  it.each(PIECES)('of %j takes about ten times as long as a tenth of it', (piece) => {
    const build = (size: number) => piece.repeat(Math.ceil(size / piece.length));
    const tenth = build(100_000);
    const whole = build(1_000_000);
    const ratio = () => measure(whole) / ((measure(tenth) + measure(tenth) + measure(tenth)) / 3);
    const ratios = [ratio()];
    while (Math.min(...ratios) > 35 && ratios.length < 4) ratios.push(ratio());
    expect(Math.min(...ratios)).toBeLessThan(40);
  });
});
