import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findHardcoded } from '../../../../../src/audit/checks/security/hardcoded.ts';
import { maskSecret, run } from '../../../../../src/audit/checks/security/secrets.ts';
import { measureEntropy } from '../../../../../src/findings/secret-value.ts';
import { fakeTree, rulesIn, rulesOf } from '../../fake-tree.ts';

/** Put together here, so that a scan of this repository finds nothing. */
const join = (...parts: string[]) => parts.join('');
const RANDOM = 'aB3dE5gH7jK9mN1pQ3rS5tU7vW9xY1zA3bC5';
const GITHUB = join('gh', 'p_', RANDOM);
const STRIPE = join('sk', '_live_', 'aB3dE5gH7jK9mN1pQ3rS5tU7');
const GOOGLE = join('AI', 'za', 'SyD3dE5gH7jK9mN1pQ3rS5tU7vW9xY1zA3b');
const AWS = join('AK', 'IA', 'QYLPMN5HFIQR7XYA');
const DATABASE = join('postgres', '://app:', 'c0rrectHorse', '@db.prod.acme.io/main');
const { privateKey: KEY } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const FOUND: [rule: string, path: string, text: string, severity: string][] = [
  ['secret-github', 'src/a.ts', `const t = '${GITHUB}';`, 'critical'],
  ['secret-github', '.env', `TOKEN=${GITHUB}`, 'critical'],
  ['secret-github', 'dist/bundle.min.js', `x="${GITHUB}"`, 'critical'],
  ['secret-github', 'README.md', `use ${GITHUB}`, 'critical'],
  ['secret-github', 'examples/notes.txt', GITHUB, 'critical'],
  ['secret-github', 'src/a.json', `{"api_key": "${GITHUB}"}`, 'critical'],
  ['secret-aws-access-key-id', 'src/a.ts', `const id = '${AWS}';`, 'major'],
  ['secret-aws-access-key-id', '.env', `AWS_ACCESS_KEY_ID=${AWS}`, 'major'],
  ['secret-aws-access-key-id', 'README.md', `the key ${AWS}.`, 'major'],
  ['secret-aws-access-key-id', 'a.json', `{"accessKey": "${AWS}"}`, 'major'],
  ['secret-aws-access-key-id', 'tests/a.test.ts', AWS, 'minor'],
  ['secret-github', 'tests/a.test.ts', `const t = '${GITHUB}';`, 'minor'],
  ['secret-stripe', 'app/config.rb', `KEY = '${STRIPE}'`, 'critical'],
  ['secret-google', 'web/firebase.js', `const k = '${GOOGLE}';`, 'major'],
  ['secret-database-connection-string', 'config.yml', `url: ${DATABASE}`, 'critical'],
  ['secret-privatekey', 'deploy/id_rsa', KEY, 'critical'],
  ['secret-privatekey', 'SETUP.md', KEY, 'minor'],
  ['secret-hardcoded', 'src/a.py', `client_secret = "${RANDOM}"`, 'major'],
  ['secret-hardcoded', 'src/a.json', `{"api_key": "${RANDOM}"}`, 'major'],
];

describe('files without a text', () => {
  it('are named: large and unreadable ones as not checked, binary and installed ones in a note', async () => {
    const none = { text: () => undefined };
    const { notes, unchecked, numbers } = await run(
      fakeTree({
        'dump.sql': { ...none, size: 2_000_000, textless: () => 'large' },
        'key.pem': { ...none, textless: () => 'unreadable' },
        'logo.png': { ...none, textless: () => 'binary' },
        'node_modules/a/index.js': 'x',
        'a.ts': 'x',
      }),
    );
    expect(unchecked).toEqual([
      '1 file is over 16 MiB and not searched for secrets: dump.sql',
      '1 file is unreadable and not searched for secrets: key.pem',
    ]);
    expect(notes).toEqual(['Scanned 1 text file; the history of the repository was not scanned.']);
    expect(numbers).toEqual([
      { topic: 'Not read', text: '1 file is binary and not searched for secrets: logo.png' },
      {
        topic: 'Not read',
        text: '1 file is installed or generated and not searched for secrets: node_modules/a/index.js',
      },
    ]);
  });
});

const HARMLESS: [path: string, text: string][] = [
  ['tests/config.yml', `url: ${DATABASE}`],
  ['tests/fixtures/server.key', KEY],
  ['caddytest/server.key', KEY],
  ['vendor/parser/notes.txt', `url: ${DATABASE}`],
  ['README.md', `url: ${DATABASE}`],
  ['a.ts', 'const token = process.env.GITHUB_TOKEN;'],
  ['a.ts', join("const t = 'gh", 'p_', 'x'.repeat(36), "';")],
  ['a.ts', join("const id = 'AK", 'IA', "IOSFODNN7EXAMPLE';")],
  ['a.ts', `const digest = 'x${AWS}';`],
  ['package-lock.json', `{"integrity": "sha512-${RANDOM}", "token": "${GITHUB}"}`],
  ['node_modules/a/index.js', `const t = '${GITHUB}';`],
  ['docker-compose.yml', join('url: postgres', '://app:', 'c0rrectHorse', '@db:5432/main')],
  ['a.yml', join('url: postgres', '://user:', 'password', '@db.prod.acme.io/main')],
  ['a.yml', join('url: postgres', '://user:', '$', '{DB_PASSWORD}', '@db.prod.acme.io/main')],
  ['a.md', join('-----BEGIN RSA ', 'PRIVATE KEY-----\n...\n-----END RSA ', 'PRIVATE KEY-----')],
  ['a.pem', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
  ['tests/a.py', `client_secret = "${RANDOM}"`],
  ['a.py', `def f():\n    """Use client_secret = "${RANDOM}"."""\n    # client_secret = "${RANDOM}"`],
  ['a.py', `SECRET_NAMESPACE = "${RANDOM}"`],
];

describe('secrets', () => {
  it.each(FOUND)('%s in %s', async (rule, path, text, severity) => {
    const { findings } = await run(fakeTree({ [path]: text }));
    expect(findings.map((f) => [f.title.split(':')[0], f.severity])).toEqual([[rule, severity]]);
  });

  it.each(HARMLESS)('nothing in %s: %s', async (path, text) => {
    expect(await rulesIn(run, path, text)).toEqual([]);
  });

  it('never prints a value in full', async () => {
    const text = [GITHUB, STRIPE, DATABASE, `password: "${RANDOM}"`, KEY].join('\n');
    const result = await run(fakeTree({ 'a.yml': text }));
    expect(rulesOf(result)).toHaveLength(5);
    const printed = JSON.stringify(result);
    for (const value of [GITHUB, STRIPE, DATABASE, RANDOM, KEY.slice(40, 60)]) {
      expect(printed).not.toContain(value.slice(0, 12));
    }
    expect(maskSecret(GITHUB)).toBe(join('gh', 'p_', '…'));
  });

  it('rates a secret in an untracked file as less severe', async () => {
    const tree = fakeTree({ '.env': { text: () => `TOKEN=${GITHUB}`, tracked: false } });
    expect((await run(tree)).findings[0]?.severity).toBe('major');
  });
});

describe('a disguised secret', () => {
  const escaped = `${GITHUB.slice(0, 8)}\\u0041${GITHUB.slice(9)}`;

  it('is found at its line, also among lines of another alphabet', async () => {
    const text = `# Привет\nplain line\nmsgstr "ключ%20слово"\nlet t = "${escaped}";\n# конец\n`;
    const { findings } = await run(fakeTree({ 'src/a.ts': text }));
    expect(findings.map(({ line, title }) => [line, title.split(':')[0]])).toEqual([[4, 'secret-github']]);
  });

  it('is found in a text of plain characters', async () => {
    const { findings } = await run(fakeTree({ 'src/a.ts': `a\nb\nlet t = "${escaped}";\nc_\\x5fd\n` }));
    expect(findings.map(({ line }) => line)).toEqual([3]);
  });
});

describe('a guess at a credential', () => {
  it.each([
    [`api_key: "${RANDOM}"`, 1],
    [`const dbPassword = '${RANDOM}';`, 1],
    [`password_hash = "${RANDOM}"`, 0],
    [`secretName: "${RANDOM}"`, 0],
    ['password = "correct horse battery staple"', 0],
    ['apiKey = "your-api-key-here-123"', 0],
    ['secret: "aws/prod/app/database1"', 0],
    ['accessToken: "settings.user.token1"', 0],
    ['api_key = "aaaaaaaaaaaaaaa1"', 0],
    ['secret = getSecret("a1b2c3d4e5f6g7h8")', 0],
  ])('%s', (text, count) => {
    expect(findHardcoded(text)).toHaveLength(count);
  });

  it('measures entropy in bits', () => {
    expect(measureEntropy('aaaa')).toBe(0);
    expect(measureEntropy('abcd')).toBe(2);
  });
});
