import { lineFinder } from '../../../source/lines.ts';
import type { Hit } from '../../check/report.ts';
import { isCardNumber, isIban, isSocialSecurity } from './numbers.ts';

interface ValueRule {
  rule: string;
  what: string;
  why: string;
  pattern: RegExp;
  /** The line must match this pattern, because order numbers and ids have as many digits. */
  near?: RegExp;
  isReal: (value: string) => boolean;
}

const WHY =
  'It may belong to a real person, and every copy of the repository contains it; replace it with a documented test number and remove it from the history.';

const RULES: readonly ValueRule[] = [
  {
    rule: 'bank-account',
    what: 'an account number (IBAN)',
    why: WHY,
    pattern: /(?<![\w/+=-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\w/+=-])/g,
    isReal: isIban,
  },
  {
    rule: 'card-number',
    what: 'a card number',
    why: WHY,
    pattern: /(?<![\w.+/=-])\d(?:[ -]?\d){12,18}(?![\w.+/=-])/g,
    near: /card|visa|master|amex|\bpan\b|\bcc\b|cc_?n|credit|debit|payment/i,
    isReal: isCardNumber,
  },
  {
    rule: 'social-security',
    what: 'a US social security number',
    why: WHY,
    pattern: /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g,
    near: /ssn|social|tax_?id/i,
    isReal: isSocialSecurity,
  },
];

const MASKED_TAIL = 4;

/** Finds bank account, card and social security numbers; a title shows only the last digits. */
export function findNumbers(path: string, text: string): Hit[] {
  return RULES.flatMap((rule) => matchRule(rule, path, text));
}

function matchRule({ rule, what, why, pattern, near, isReal }: ValueRule, path: string, text: string): Hit[] {
  const lineOf = lineFinder(text);
  return [...text.matchAll(pattern)]
    .filter((match) => isReal(match[0]) && (!near || near.test(lineAt(text, match.index))))
    .map(
      (match): Hit => ({
        rule,
        severity: 'major',
        title: `${rule}: ${what}, …${match[0].slice(-MASKED_TAIL)}`,
        path,
        line: lineOf(match.index),
        detail: why,
      }),
    );
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(text.lastIndexOf('\n', offset) + 1, end < 0 ? undefined : end);
}

// `Name <address>` is a credit and does not match.
const ADDRESS = /(?<![\w.%+/:@<-])[\w.%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![\w@])/gi;

/** Addresses of no real person: reserved domains, no-reply senders, examples, and file names such as `logo@2x.png`. */
const NOBODY =
  /@(?:.*\.)?(?:example|test|invalid|localhost|local|internal|domain|email|mail|company|acme|foo|bar|yourdomain|mycompany|sample|dummy|fake)\.[\w.]+$|\.(?:example|test|invalid|local|png|jpe?g|gif|svg|webp|js|ts|css|json|md|git|io\.git)$|^(?:no-?reply|do-?not-?reply|info|support|contact|hello|admin|webmaster|postmaster|security|sales|help|team|office|git|root|me|you|your|my|user|username|name|test|foo|bar|baz|someone|some|any|john|jane|joe|alice|bob|carol|charlie|dave|eve|mallory|amy|max\.?muster|erika\.?muster|mailer-daemon)(?:[\d.+_-][\w.+-]*)?@|^[a-z]{1,3}\d*@|^([a-z])\1+@|@users\.noreply\.github\.com$/i;

/** Mail providers for private persons. */
const PERSONAL =
  /@(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|icloud|aol|gmx|web|mail|yandex|proton|protonmail|qq|163|126|t-online|orange|free|wanadoo|libero|seznam|wp|o2|comcast|verizon)\.(?:com|net|org|de|fr|it|es|ru|cz|pl|me|co\.uk|ca|at|ch|cn)$/i;

/** Words of a line that names an author or a maintainer on purpose. */
const CREDIT =
  /@author|copyright|\(c\)|©|maintain|author|contributor|signed-off|co-authored|reported by|thanks|credits?/i;

const MANY_PEOPLE = 10;

/** Returns one finding for a list of 10 or more addresses, or for the first private address of a file. */
export function findAddresses(path: string, text: string): Hit[] {
  if (!text.includes('@')) return [];
  const matches = [...text.matchAll(ADDRESS)].filter(
    (match) => !NOBODY.test(match[0]) && !CREDIT.test(lineAt(text, match.index)),
  );
  const people = new Set(matches.map((match) => match[0].toLowerCase()));
  const personal = matches.filter((match) => PERSONAL.test(match[0]));
  const [first] = people.size >= MANY_PEOPLE ? matches : personal;
  if (!first) return [];
  const line = lineFinder(text)(first.index);
  if (people.size >= MANY_PEOPLE) {
    const detail =
      'It looks like a list of real people; replace the addresses with addresses at example.com and remove the list from the history.';
    const title = `contact-list: ${people.size} e-mail addresses`;
    return [{ rule: 'contact-list', severity: 'major', title, path, line, detail }];
  }
  const detail =
    'It is the private address of a person; use an address at example.com, or an address of the project.';
  const title = `private-address: ${maskAddress(first[0])}`;
  return [{ rule: 'private-address', severity: 'minor', title, path, line, detail }];
}

function maskAddress(address: string): string {
  return `${address.slice(0, 2)}…${address.slice(address.indexOf('@'))}`;
}
