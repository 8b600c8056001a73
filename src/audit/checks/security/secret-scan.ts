import type { SecretLintCoreConfig } from '@secretlint/types';
import { HIDDEN } from '../../../findings/plain-text.ts';
import {
  type DisguisedSecret,
  findEncodedSecrets,
  findEscapedSecrets,
  findSplitSecrets,
} from '../../../findings/secret-disguises.ts';
import type { AuditReport } from '../../../findings/secret-shape-types.ts';
import { candidateShapes, findSpans, SECRET_SHAPES } from '../../../findings/secret-shapes.ts';
import { looksSecret } from '../../../findings/secret-value.ts';
import { keepLines } from '../../../findings/text-view.ts';
import { languageOf } from '../../../source/languages.ts';
import { maskText } from '../../../source/mask.ts';
import { findHardcoded, isInventedValue } from './hardcoded.ts';

/** A secret in a file. Callers mask `value` before they print it. Offsets and lengths are UTF-16 code units. */
export interface Secret extends Omit<AuditReport, 'title'> {
  description: string;
  value: string;
  offset: number;
  /** Characters in the text, including the name in front of the value where there is one. */
  length: number;
}

/** Returns the secrets of one file; a repeated or invented secret is left out. */
export type SecretScanner = (path: string, text: string) => Promise<Secret[]>;

const CERTAINTY_BY_RULE: Record<string, Secret['certainty']> = {
  basicauth: 'url',
  'database-connection-string': 'url',
  privatekey: 'key',
  gcp: 'key',
};

/** Messages of secretlint that report no secret: an AWS account number is public. */
const HARMLESS_MESSAGES = /^AWSAccountID$/i;

/** Loads the rules of secretlint once and returns a scanner that is called for each file. */
export async function openScanner(): Promise<SecretScanner> {
  const [{ lintSource }, { creator }, { secretLintProfiler }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
    import('@secretlint/profiler'),
  ]);
  // The profiler searches all earlier marks at each new mark, which takes minutes for 20,000 files.
  secretLintProfiler.mark = () => undefined;
  const config: SecretLintCoreConfig = { rules: [{ id: 'preset', rule: creator, rules: [] }] };
  return async (path, text) => {
    const extension = /\.[^./]+$/.exec(path)?.[0] ?? '';
    // Marks of the library in the text must not hide a secret.
    const content = text.replaceAll('secretlint-', 'secretlint_');
    const source = { filePath: path, content, ext: extension, contentType: 'text' as const };
    const { messages } = await lintSource({ source, options: { config, noPhysicFilePath: true } });
    const linted = messages
      .filter(({ messageId }) => !HARMLESS_MESSAGES.test(messageId))
      .map(({ ruleId, message, range }) =>
        describe(ruleId, message, text.slice(range[0], range[1]), range[0]),
      );
    const shaped = addUnlessOverlapping(linted, [...matchDisguised(text), ...matchShapes(text)]);
    const secrets = addUnlessOverlapping(shaped, guess(path, text));
    return secrets.filter((secret) => !isMadeUp(secret));
  };
}

// `apiKey = "ghp_…"` is one secret. Earlier rules name it more exactly than later rules.
function addUnlessOverlapping(secrets: readonly Secret[], candidates: readonly Secret[]): Secret[] {
  const result = [...secrets];
  for (const candidate of candidates) {
    if (!result.some((secret) => overlaps(secret, candidate))) result.push(candidate);
  }
  return result;
}

function overlaps(first: Secret, second: Secret): boolean {
  return first.offset < second.offset + second.length && first.offset + first.length > second.offset;
}

function describe(ruleId: string, message: string, value: string, offset: number): Secret {
  const rule = ruleId.replace(/^.*secretlint-rule-/, '');
  const description = (message.split(':', 1)[0] ?? '').replace(/^found\s+/i, '').replaceAll(value, '…');
  const certainty = CERTAINTY_BY_RULE[rule] ?? 'shape';
  // A URL with a password is often a public test account.
  return {
    rule,
    description,
    value,
    offset,
    length: value.length,
    certainty,
    severity: rule === 'basicauth' ? 'major' : 'critical',
  };
}

/** An escape inside of a word; elsewhere escapes disguise no token, and most files have none there. */
const escapeInside = (hidden: string, flags: string) =>
  new RegExp(
    String.raw`[\w-](?:${hidden}\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[-_.~])|%[0-9A-Fa-f]{2}|&(?:#\w{1,7}|[a-z]{2,6});|</?[a-z]{1,6}>|\*{1,3}|~~)[\w-]`,
    flags,
  );
const INNER_ESCAPE = escapeInside(`${HIDDEN}|`, 'gu');
/** The same for a text of plain characters, in which nothing is hidden. */
const PLAIN_ESCAPE = escapeInside('', 'g');
const PLAIN_TEXT = /^[\t\n\r\x20-\x7e]*$/;

/** The shapes that the audit reports. */
const REPORTED = SECRET_SHAPES.filter(({ audit }) => audit !== undefined);
// A password in an escaped URL is mostly a part of the code that makes the URL.
const REPORTED_IN_DISGUISE = REPORTED.filter(({ audit }) => audit?.certainty !== 'url');

// A secret that escapes, encodings or line ends disguise matches no other pattern.
function matchDisguised(text: string): Secret[] {
  const found = [
    ...findEscaped(text),
    ...findSplitSecrets(text),
    ...findEncodedSecrets(text, REPORTED_IN_DISGUISE),
  ];
  return found.flatMap(({ shape, start, end, value }): Secret[] => {
    if (shape.audit === undefined) return [];
    const { title: description, ...report } = shape.audit;
    return [{ ...report, description, value, offset: start, length: end - start }];
  });
}

// Unescaping a whole catalogue of translations takes seconds, and only a private key has several lines.
function findEscaped(text: string): DisguisedSecret[] {
  if (text.includes('PRIVATE KEY')) return findEscapedSecrets(text, REPORTED_IN_DISGUISE);
  const lines = keepLines(text, PLAIN_TEXT.test(text) ? PLAIN_ESCAPE : INNER_ESCAPE);
  if (lines === undefined) return [];
  return findEscapedSecrets(lines.text, REPORTED_IN_DISGUISE).map((secret) => ({
    ...secret,
    ...lines.originalSpan(secret.start, secret.end),
  }));
}

function matchShapes(text: string): Secret[] {
  return candidateShapes(text, REPORTED).flatMap((shape) => {
    if (shape.audit === undefined) return [];
    const { title: description, ...report } = shape.audit;
    return findSpans(text, shape).map(({ start, end }): Secret => {
      const span = report.certainty === 'url' ? widenToUrl(text, start, end) : { start, end };
      const value = text.slice(span.start, span.end);
      return { ...report, description, value, offset: span.start, length: value.length };
    });
  });
}

// The host decides whether a password in a URL is invented, so the URL is the secret that is judged.
function widenToUrl(text: string, start: number, end: number): { start: number; end: number } {
  const head = /[a-z][a-z0-9+.-]*:\/\/\S*$/i.exec(text.slice(Math.max(0, start - 160), start))?.[0] ?? '';
  const tail = /^[^\s"'`<>]*/.exec(text.slice(end, end + 200))?.[0] ?? '';
  return { start: start - head.length, end: end + tail.length };
}

function guess(path: string, text: string): Secret[] {
  const language = languageOf(path);
  const code = language ? maskText(text, language).code : text;
  return findHardcoded(text, code).map(({ name, value, offset, length }) => {
    return {
      rule: 'hardcoded',
      description: `value of ${name}`,
      value,
      offset,
      length,
      certainty: 'guess',
      severity: 'major',
    };
  });
}

function isMadeUp({ rule, certainty, value }: Secret): boolean {
  if (certainty === 'shape') return /EXAMPLE|x{6,}|0{8,}|(.)\1{7,}/.test(value);
  if (certainty === 'key') return /\.{3}|\\n\s*\.\.\.|<[^>]+>/.test(value);
  if (certainty === 'url') return isMadeUpUrl(value);
  if (rule === 'command-line' || rule === 'configuration')
    return isInventedValue(value) || isCodeOrWord(value);
  return rule === 'pypi' && !looksSecret(value, false);
}

const MADE_UP_PASSWORD =
  /^(?:pass(?:w(?:or)?d)?|pwd|pw|secret|postgres|root|admin|mysql|mongo|user(?:name)?|guest|token|key)$/i;
const OWN_MACHINE =
  /@(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0|host\.docker\.internal|[a-z0-9-]+(?::\d+)?(?:\/|$)|(?:www\.)?(?:bogus|host(?:name)?|server|site|domain|proxy|address|company|foo|bar)\.)/i;

/** Returns whether a URL leads to the own machine or a compose service, or its password is a word like `password`. */
function isMadeUpUrl(url: string): boolean {
  const password = /:\/\/[^:@/]*:([^@]+)@/.exec(url)?.[1] ?? '';
  return (
    isInventedValue(url) || MADE_UP_PASSWORD.test(password) || OWN_MACHINE.test(url) || password.length < 4
  );
}

// Code that makes the value, or a word of a sentence.
function isCodeOrWord(value: string): boolean {
  return /[\s(){}<>]|^[a-z]+[.,;:!?]?(?:$|["'`|])/i.test(value);
}
