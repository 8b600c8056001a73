// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code under test holds templates
import { describe, expect, it } from 'vitest';
import {
  isCardNumber,
  isIban,
  isLuhn,
  isSocialSecurity,
} from '../../../../../src/audit/checks/compliance/numbers.ts';
import { run } from '../../../../../src/audit/checks/compliance/personal-data.ts';
import { fakeTree, rulesIn } from '../../fake-tree.ts';

/** Put together here, so that a scan of this repository finds nothing. */
const join = (...parts: string[]) => parts.join('');
const IBAN = join('DE02', '1203', '0000', '0000', '2020', '51');
const CARD = join('4539', '5787', '6362', '1486');
const SSN = join('536', '-22-', '8726');
const PERSON = join('w.hafenmeier', '@', 'gmail.com');
const PEOPLE = Array.from({ length: 12 }, (_, i) => join(`p${i}.muster`, '@', `firm${i}.com`)).join('\n');

const BROKEN: [rule: string, path: string, text: string][] = [
  ['bank-account', 'data/a.json', `{"iban": "${IBAN}"}`],
  ['bank-account', 'src/a.py', `x = "${IBAN.replace(/(.{4})/g, '$1 ').trim()}"`],
  ['card-number', 'data/a.csv', `card,${CARD}`],
  ['social-security', 'data/a.csv', `ssn,${SSN}`],
  ['private-address', 'src/a.ts', `const owner = '${PERSON}';`],
  ['contact-list', 'data/users.csv', PEOPLE],
  ['logged-secret', 'a.ts', 'console.log(user.password);'],
  ['logged-secret', 'a.ts', 'logger.info(`login with ${password}`);'],
  ['logged-secret', 'a.ts', "log.debug('x', { accessToken });"],
  ['logged-secret', 'a.py', 'logger.info("login %s", password)'],
  ['logged-secret', 'a.py', 'print(f"key {api_key}")'],
  ['logged-secret', 'a.go', 'log.Printf("login %s", user.password)'],
  ['logged-secret', 'A.java', 'logger.info("login " + password);'],
  ['logged-secret', 'a.rb', 'logger.info "login #{password}"'],
  ['logged-secret', 'a.php', '<?php error_log("login " . $password);'],
];

const HARMLESS: [path: string, text: string][] = [
  ['a.csv', `card,${join('4242', '4242', '4242', '4242')}\ncard,${join('4539', '5787', '6362', '1487')}`],
  ['a.csv', `order,${CARD}\nid,0.${CARD}\nhash,a${CARD}`],
  [
    'a.json',
    `{"iban": "${join('DE89', '370400440532013000')}", "x": "${join('DE02', '120300000000202052')}"}`,
  ],
  ['a.csv', `ssn,${join('123', '-45-', '6789')}\npart,${SSN}`],
  [
    'a.ts',
    "const a = 'a@example.com'; const b = 'noreply@github.com'; import x from 'pkg@1.0.0'; const i = 'logo@2x.png';",
  ],
  ['a.ts', `// @author Erika Muster <${PERSON}>`],
  ['package.json', `{"author": "${PERSON}"}`],
  ['README.md', PEOPLE],
  ['AUTHORS', PEOPLE],
  ['a.ts', "git.clone('git@github.com:a/b.git'); const re = /user@host/; decorators(@Input() x);"],
  [
    'a.ts',
    "console.log('password is wrong'); console.log(password.length, mask(password), Boolean(password));",
  ],
  ['a.ts', 'logger.info(`token ${tokens.length}`); console.log(hashPassword(password));'],
  ['a.ts', 'db.log(password); login(password);'],
  ['a.py', 'logger.info("password changed")\nprint(len(password))\nlogger.info("%s", password is None)\n'],
  ['a.go', 'log.Printf("password of %s is wrong", user.name)\ncheck(password)'],
  ['A.java', 'logger.info("ok " + password.length());'],
];

describe('personal-data', () => {
  it.each(BROKEN)('%s is found in %s: %s', async (rule, path, text) => {
    expect(await rulesIn(run, path, text)).toEqual([rule]);
  });

  it.each(HARMLESS)('%s is left alone: %s', async (path, text) => {
    expect(await rulesIn(run, path, text)).toEqual([]);
  });

  it('prints no value in full, and rates test data as minor', async () => {
    const text = `{"iban": "${IBAN}", "card": "${CARD}", "owner": "${PERSON}"}`;
    const result = await run(fakeTree({ 'data/a.json': text, 'tests/a.json': text }));
    for (const value of [IBAN, CARD, PERSON]) expect(JSON.stringify(result)).not.toContain(value);
    expect(result.findings.map((f) => `${f.severity} ${f.path}`)).toEqual([
      'major data/a.json',
      'major data/a.json',
      'minor data/a.json',
      'minor tests/a.json',
      'minor tests/a.json',
    ]);
  });
});

describe('check digits', () => {
  it.each([
    [isIban, IBAN, true],
    [isIban, IBAN.replace('51', '52'), false],
    [isIban, IBAN.slice(0, -1), false],
    [isIban, 'XX021203000000', false],
    [isCardNumber, CARD, true],
    [isCardNumber, CARD.replace('1486', '1487'), false],
    [isCardNumber, '0000000000000000', false],
    [isLuhn, '79927398713', true],
    [isLuhn, '79927398714', false],
    [isSocialSecurity, SSN, true],
    [isSocialSecurity, join('900', '-22-', '8726'), false],
  ])('%o of %s is %s', (decide, value, expected) => expect(decide(value)).toBe(expected));
});
