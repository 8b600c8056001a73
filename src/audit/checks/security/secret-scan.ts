import type { SecretLintCoreConfig } from '@secretlint/types';
import { languageOf } from '../../../source/languages.ts';
import { maskText } from '../../../source/mask.ts';
import { findHardcoded, isPlaceholder } from './hardcoded.ts';
import { SECRET_PATTERNS } from './secret-patterns.ts';

/** Something that should not be in a file; `value` never leaves this module's callers in full. */
export interface Secret {
  rule: string;
  what: string;
  value: string;
  offset: number;
  /** Characters of the text that it takes up, its name included where there is one. */
  length: number;
  /** `shape`: only a key of that provider looks so; `url`, `key`, `guess`: often made up in tests and examples. */
  sureness: 'shape' | 'url' | 'key' | 'guess';
  severity: 'critical' | 'major';
}

export type SecretScanner = (path: string, text: string) => Promise<Secret[]>;

const BY_RULE: Record<string, Secret['sureness']> = {
  basicauth: 'url',
  'database-connection-string': 'url',
  privatekey: 'key',
  gcp: 'key',
};

/** Account numbers are no secret. */
const HARMLESS = /^AWSAccountID$/i;

/** Loads the rules once; the scanner it returns is called for each file. */
export async function openScanner(): Promise<SecretScanner> {
  const [{ lintSource }, { creator }, { secretLintProfiler }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
    import('@secretlint/profiler'),
  ]);
  // It keeps every mark and searches them all at each: minutes for 20,000 files.
  secretLintProfiler.mark = () => undefined;
  const config: SecretLintCoreConfig = { rules: [{ id: 'preset', rule: creator, rules: [] }] };
  return async (path, text) => {
    const extension = /\.[^./]+$/.exec(path)?.[0] ?? '';
    const source = { filePath: path, content: text, ext: extension, contentType: 'text' as const };
    const { messages } = await lintSource({ source, options: { config, noPhysicFilePath: true } });
    const known = messages
      .filter(({ messageId }) => !HARMLESS.test(messageId))
      .map(({ ruleId, message, range }) =>
        describe(ruleId, message, text.slice(range[0], range[1]), range[0]),
      );
    const sure = [...known, ...matchPatterns(text)];
    const guesses = guess(path, text).filter((secret) => !sure.some((other) => isPartOf(other, secret)));
    return [...sure, ...guesses].filter((secret) => !isMadeUp(secret));
  };
}

// `apiKey = "ghp_…"` is one token, and its provider's name says more than the name of the variable.
function isPartOf(known: Secret, guessed: Secret): boolean {
  const end = guessed.offset + guessed.length;
  return known.offset < end && known.offset + known.length > guessed.offset;
}

function describe(ruleId: string, message: string, value: string, offset: number): Secret {
  const rule = ruleId.replace(/^.*secretlint-rule-/, '');
  const what = (message.split(':', 1)[0] ?? '').replace(/^found\s+/i, '').replaceAll(value, '…');
  const sureness = BY_RULE[rule] ?? 'shape';
  // An address with a password is often one that anybody may use.
  return {
    rule,
    what,
    value,
    offset,
    length: value.length,
    sureness,
    severity: rule === 'basicauth' ? 'major' : 'critical',
  };
}

function matchPatterns(text: string): Secret[] {
  return SECRET_PATTERNS.flatMap(({ id, what, pattern, severity }) =>
    [...text.matchAll(pattern)].map((match): Secret => {
      const [value] = match;
      return {
        rule: id,
        what,
        value,
        offset: match.index,
        length: value.length,
        sureness: 'shape',
        severity,
      };
    }),
  );
}

function guess(path: string, text: string): Secret[] {
  const language = languageOf(path);
  const code = language ? maskText(text, language).code : text;
  return findHardcoded(text, code).map(({ name, value, offset, length }) => {
    return {
      rule: 'hardcoded',
      what: `value of ${name}`,
      value,
      offset,
      length,
      sureness: 'guess',
      severity: 'major',
    };
  });
}

function isMadeUp({ sureness, value }: Secret): boolean {
  if (sureness === 'shape') return /EXAMPLE|x{6,}|0{8,}|(.)\1{7,}/.test(value);
  if (sureness === 'key') return /\.{3}|\\n\s*\.\.\.|<[^>]+>/.test(value);
  return sureness === 'url' && isMadeUpUrl(value);
}

const MADE_UP_PASSWORD =
  /^(?:pass(?:w(?:or)?d)?|pwd|pw|secret|postgres|root|admin|mysql|mongo|user(?:name)?|guest|token|key)$/i;
const OWN_MACHINE =
  /@(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0|host\.docker\.internal|[a-z0-9-]+(?::\d+)?(?:\/|$)|(?:www\.)?(?:bogus|host(?:name)?|server|site|domain|proxy|address|company|foo|bar)\.)/i;

/** A password for the own machine or a compose service, or one that only names itself. */
function isMadeUpUrl(url: string): boolean {
  const password = /:\/\/[^:@/]*:([^@]+)@/.exec(url)?.[1] ?? '';
  return (
    isPlaceholder(url) || MADE_UP_PASSWORD.test(password) || OWN_MACHINE.test(url) || password.length < 4
  );
}
