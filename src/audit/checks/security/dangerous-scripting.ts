import type { PatternRule } from '../../rules/rule.ts';

const SHELL_WHY =
  'A value with shell syntax becomes a command; pass the arguments as a list, without a shell.';
const UNPICKLE_WHY =
  'Loading the data runs code that the data names; use JSON or another format without code.';

/** A line that reads a request, a message or a socket. */
const FROM_REQUEST =
  /\brequest\b|\breq\b|\bparams\b|\bcookies?\b|\bbody\b|\bheaders?\b|\brecv\b|\bsock(?:et)?\b|\bb64decode\b|\bBase64\b|\bargv\b|\binput\(/i;

/** Rules for Python, Ruby, PHP and shell. */
export const PATTERNS_SCRIPTING: readonly PatternRule[] = [
  {
    id: 'eval-call',
    severity: 'minor',
    what: 'eval of a variable',
    why: 'The shell interprets the value a second time; use an array for arguments, or `declare -n` for a name.',
    languages: ['shell'],
    view: 'text',
    pattern: /(?<=^|[\n;&|(]\s*)eval\s+"?\$\{?\w/g,
  },
  {
    id: 'shell-injection',
    severity: 'major',
    what: 'a shell runs a computed command',
    why: SHELL_WHY,
    languages: ['ruby', 'php'],
    pattern: /(?<!\$)`[^`]*`/g,
    unless: (match, { before, file }) => {
      const raw = file.text.slice(before.length, before.length + match[0].length);
      return !/#\{(?![^}]*(?:Shellwords|shellescape|shell_quote|Process\.pid|\w*(?:_command|_bin|BIN)\}))|(?<!\\)\$\{?[a-zA-Z_]/.test(
        raw,
      );
    },
  },
  {
    id: 'shell-injection',
    severity: 'major',
    what: 'a shell runs a computed command',
    why: SHELL_WHY,
    languages: ['ruby'],
    view: 'text',
    pattern: /(?<![\w.])%x(?:[({[][^\n]*#\{)/g,
    unless: (match) => /#\{[^}]*(?:Shellwords|shellescape)/.test(match[0]),
  },
  {
    id: 'unsafe-deserialization',
    severity: 'major',
    what: 'pickle, marshal or an unsafe YAML load',
    why: UNPICKLE_WHY,
    languages: ['python'],
    pattern:
      /\b(?:c?[pP]ickle|dill|marshal|shelve|jsonpickle)\.(?:loads?|Unpickler|open|decode)\(|\byaml\.(?:unsafe_load|full_load)\(|\byaml\.load\((?![^()]*(?:\([^()]*\)[^()]*)*\b(?:Safe|CSafe|Base)Loader\b)/g,
    // A module of the project can also be called yaml.
    unless: (match, { line, file }) =>
      /SafeLoader|ruamel/.test(line) ||
      (!FROM_REQUEST.test(line) &&
        /\b(?:pickle|marshal|dill|jsonpickle|yaml)\.(?:dumps?|Pickler|encode)\(/i.test(file.code)) ||
      (match[0].startsWith('yaml') && !/^\s*import\s+(?:\w+\s*,\s*)*yaml\b/m.test(file.code)),
  },
  {
    id: 'unsafe-deserialization',
    severity: 'major',
    what: 'an object is read from data',
    why: UNPICKLE_WHY,
    languages: ['ruby'],
    pattern: /\b(?:Marshal\.(?:load|restore)|YAML\.unsafe_load(?:_file)?|Oj\.object_load)\b/g,
    // What the file itself has written: a cache, a column.
    unless: (_match, { line, file }) =>
      !FROM_REQUEST.test(line) && /\bMarshal\.dump\b|\b(?:YAML|Psych)\.dump\b|\.to_yaml\b/.test(file.code),
  },
  {
    id: 'unverified-token',
    severity: 'major',
    what: 'a token is decoded without verification',
    why: 'Everyone can create an unsigned token; verify the signature before the content is used.',
    languages: ['python'],
    view: 'text',
    pattern: /\bjwt\.decode\([^)\n]*\bverify\s*=\s*False|["']verify_signature["']\s*:\s*False/g,
  },
  {
    id: 'debug-server',
    severity: 'major',
    what: 'a web server starts with its debugger on',
    why: 'The debugger runs code for every visitor of the page; enable debug mode by an environment variable.',
    languages: ['python'],
    pattern: /\bapp\.run\([^)]{0,300}\bdebug\s*=\s*True/g,
  },
  {
    id: 'predictable-temp',
    severity: 'minor',
    what: 'tempfile.mktemp is used',
    why: 'Another user can create the file first; use NamedTemporaryFile or mkstemp.',
    languages: ['python'],
    pattern: /\btempfile\.mktemp\(/g,
  },
  {
    id: 'guessable-secret',
    severity: 'major',
    what: 'a secret is made with a predictable generator',
    why: 'An attacker can compute its next values from earlier values; use `secrets`, SecureRandom or random_bytes.',
    languages: ['python', 'ruby', 'php'],
    pattern:
      /\b\w*(?:token|secret|passw(?:or)?d|session_?id|otp|csrf|api_?key)\w*\s*=\s*[^=\n]{0,40}\b(?:random\.(?:choices?|randint|random|randrange)|mt_rand|(?<![\w_])rand)\(/gi,
  },
  {
    id: 'piped-install',
    severity: 'major',
    what: 'a download is piped into a shell',
    why: 'The shell runs code that was not verified; download the file, verify its checksum or signature, then run it.',
    languages: ['shell', 'docker'],
    tests: 'scan',
    pattern: /\b(?:curl|wget)\b[^\n|;]*\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:ba|z|da)?sh\b/g,
  },
  {
    id: 'tls-disabled',
    severity: 'major',
    what: 'a download does not verify certificates',
    why: 'An attacker in the network can change the download; install the correct certificate authority instead.',
    languages: ['shell', 'docker'],
    pattern:
      /\bcurl\b[^\n|;]*\s(?:-\w*k\w*(?=\s)|--insecure)|\bwget\b[^\n|;]*--no-check-certificate|\bgit\b[^\n;]*http\.sslVerify[= ]false|\bnpm\b[^\n;]*strict-ssl[= ]false/g,
  },
  {
    id: 'open-permissions',
    severity: 'minor',
    what: 'chmod 777',
    why: 'Every user of the machine can change the file; give rights only to the users that need them.',
    languages: ['shell', 'docker'],
    pattern: /\bchmod\s+(?:-\w+\s+)*0?(?:777|a\+w|o\+w)\b/g,
  },
];
