import type { AuditReport, SecretShape } from './secret-shape-types.ts';
import { isReal, isStrongSecret, looksSecret } from './secret-value.ts';
import { KEY_HINTS, KEY_NAME, KEY_TAIL, VALUE } from './secret-words.ts';

const QUOTED = `\\\\?"(?<double>[^"\\r\\n]{8,512})\\\\?"|\\\\?'(?<single>[^'\\r\\n]{8,512})\\\\?'`;
const COMMAND_LINE: AuditReport = {
  rule: 'command-line',
  title: 'password on a command line',
  severity: 'major',
  certainty: 'guess',
};
const CONFIGURATION: AuditReport = {
  rule: 'configuration',
  title: 'password in a configuration',
  severity: 'major',
  certainty: 'guess',
};

/** `pattern` is bounded everywhere, as each pattern of a shape; it is read without regard to case. */
function usageShape(pattern: string, hints: readonly string[], audit?: AuditReport): SecretShape {
  return {
    kind: 'secret',
    pattern: new RegExp(pattern, 'dgi'),
    hints,
    isSecret: (secret, { bare }) => looksSecret(secret, bare === undefined),
    ...(audit === undefined ? {} : { audit }),
  };
}

/** In a sentence most words are no secrets, so only a strong one counts. */
const sentenceShape = (pattern: string, hints: readonly string[]): SecretShape => ({
  ...usageShape(pattern, hints),
  isSecret: isStrongSecret,
});

const COMMAND_LINE_SHAPES: SecretShape[] = [
  usageShape(
    `(?<![\\w-])--(?:[a-z0-9]{1,20}[_-]){0,4}${KEY_NAME}[ \\t]{1,4}(?=${VALUE})`,
    ['--'],
    COMMAND_LINE,
  ),
  usageShape(
    `(?<![\\w-])(?:-u|--user|--proxy-user)[ \\t=]{0,4}["']?[^\\s:"'\`]{1,64}:(?<double>[^\\s"'\`]{8,256})`,
    ['-u', '-user'],
    COMMAND_LINE,
  ),
  // In other programs -p is a port or a path.
  usageShape(
    `(?<![\\w-])(?:sshpass|(?:docker|podman|helm|az|oc) (?:registry )?login|mysql(?:dump|admin)?|mariadb|redis-cli|mongo(?:sh|dump)?|ldapsearch)[ \\t](?:[^\\r\\n\`|;]{0,120}?[ \\t])?-[paw][ \\t]?(?=${VALUE})`,
    ['sshpass', 'login', 'mysql', 'mariadb', 'redis-cli', 'mongo', 'ldapsearch'],
    COMMAND_LINE,
  ),
  // The input of a program that asks for a password.
  usageShape(
    `(?<![\\w-])(?:sudo|su|passwd|chpasswd|login|kinit|cryptsetup|gpg)(?![^\\r\\n]{0,80}[ \\t]tee[ \\t])(?:[ \\t][^\\r\\n\`|;]{0,120}?)?[ \\t]{0,4}<<<[ \\t]{0,4}(?=${VALUE})`,
    ['<<<'],
    COMMAND_LINE,
  ),
  usageShape(
    `(?<![\\w-])echo[ \\t]{1,4}(?:-n[ \\t]{1,4})?(?:${QUOTED}|(?<bare>[^\\s"'\`|]{8,256}))[ \\t]{0,8}\\|[ \\t]{0,8}(?:sudo|chpasswd|passwd)(?![\\w-])`,
    ['sudo', 'passwd'],
    COMMAND_LINE,
  ),
  usageShape(
    `(?<![\\w-])(?:ENV|ARG|setenv)[ \\t]{1,4}\\w{0,60}?${KEY_NAME}${KEY_TAIL}[ \\t]{1,4}(?=${VALUE})`,
    ['env', 'arg '],
    CONFIGURATION,
  ),
  usageShape(
    '(?<![\\w-])(?:login|user)[ \\t]{1,4}[^\\s]{1,64}[ \\t\\r\\n]{1,8}password[ \\t]{1,4}(?<bare>\\S{8,256})',
    ['password'],
    CONFIGURATION,
  ),
];

const MARKUP_SHAPES: SecretShape[] = [
  usageShape(
    `<[\\w.:-]{0,40}?${KEY_NAME}${KEY_TAIL}(?:\\s[^<>]{0,200})?>\\s{0,20}(?<secret>[^<>\\s]{8,512})\\s{0,20}</`,
    ['</'],
    CONFIGURATION,
  ),
  usageShape(
    `\\s(?:name|key|id)=["'][\\w.:-]{0,60}?${KEY_NAME}${KEY_TAIL}["'][^<>]{0,80}>\\s{0,20}(?<secret>[^<>\\s]{8,512})\\s{0,20}</`,
    ['</'],
    CONFIGURATION,
  ),
  // The attribute, key or line after a name: `name="x" value="y"`, `"name": "x", "value": "y"`, `name: x` above `value: y`.
  usageShape(
    `(?<![\\w-])(?:name|key|id)["']?[ \\t]{0,4}[:=][ \\t]{0,4}["']?[\\w.:-]{0,60}?${KEY_NAME}${KEY_TAIL}["']?[ \\t]{0,8},?[ \\t]{0,8}(?:\\r?\\n[ \\t]{0,40})?["']?value["']?[ \\t]{0,4}[:=][ \\t]{0,4}(?=${VALUE})`,
    ['value'],
    CONFIGURATION,
  ),
  usageShape(
    `\\|[ \\t*\`]{0,6}[\\w .-]{0,40}?${KEY_NAME}${KEY_TAIL}[*\` \\t]{1,8}\\|[ \\t]{0,20}["'\`*]{0,3}(?<bare>[^\\s|\`*"']{8,256})["'\`*]{0,3}[ \\t]{0,20}\\|`,
    ['|'],
  ),
];

/** A word right behind the name of a key: `the API key 0a1b… is committed`. */
function isKeyBehindName(value: string): boolean {
  const isRandom = /^[A-Za-z0-9]{20,}$/.test(value) && /(?:\d.*){4}/.test(value) && /[A-Za-z]/.test(value);
  return isStrongSecret(value) || (isRandom && looksSecret(value, true));
}

const SENTENCE_SHAPES: SecretShape[] = [
  {
    ...usageShape(`${KEY_NAME}[ \\t]{1,4}(?=${VALUE})`, KEY_HINTS),
    isSecret: isKeyBehindName,
  },
  // Few digits are a secret only behind this word.
  {
    kind: 'secret',
    pattern:
      /(?<![A-Za-z0-9])(?:PIN(?:[ -](?:code|number))?|pin[ -](?:code|number))(?:[ \t]{0,2}[:=]|[ \t]is)?[ \t]{0,2}["'`]?(?<secret>\d{4,8})(?!\w|\.\d)/dg,
    hints: ['PIN', 'pin'],
    isSecret: isReal,
  },
  // The administrator's name and password: `log in as admin:x`.
  {
    ...usageShape(
      '(?<![\\w/@.-])(?:admin|administrator|root|superuser)[:/](?<bare>[^\\s"\'`,;<>|/]{8,256})',
      ['admin', 'root', 'superuser'],
    ),
    isSecret: (secret) => looksSecret(secret, false) && /[A-Za-z]/.test(secret),
  },
  usageShape(
    `${KEY_NAME}(?: (?:for|of|to|on)(?: [\\w@.'’-]{1,30}){1,5}?)? (?:is|was|equals) (?:still |now |currently |set to |simply )?[*]{0,2}(?=${VALUE})`,
    [' is ', ' was ', ' equals '],
  ),
  // Up to four words lie between: `the password was changed to x`.
  sentenceShape(
    `${KEY_NAME}${KEY_TAIL}(?:[ \\t]{1,2}[A-Za-z-]{1,12}){0,4}[ \\t]{1,4}(?=${VALUE})`,
    KEY_HINTS,
  ),
  sentenceShape(
    `(?:credentials|login|user)[ \\t:=]{1,3}["'\`]?[\\w.@-]{1,40}["'\`]?[ \\t]{0,2}[/:][ \\t]{0,2}(?=${VALUE})`,
    ['credentials', 'login', 'user'],
  ),
  sentenceShape(`cookie:[ \\t]{0,4}[\\w.-]{1,60}=(?=${VALUE})`, ['cookie:']),
  usageShape(
    `(?<![\\w-])(?:identified[ \\t]{1,4}by|password)[ \\t]{1,4}(?:${QUOTED})`,
    ['identified', 'password'],
    CONFIGURATION,
  ),
  // An argument after the name, or the argument of a setter.
  usageShape(`${KEY_NAME}${KEY_TAIL}["']?[ \\t]{0,4}[,(][ \\t]{0,4}(?:${QUOTED})`, KEY_HINTS),
];

/** Secrets that their use gives away: on a command line, in markup, in a sentence. */
export const USAGE_SHAPES: SecretShape[] = [...COMMAND_LINE_SHAPES, ...MARKUP_SHAPES, ...SENTENCE_SHAPES];
