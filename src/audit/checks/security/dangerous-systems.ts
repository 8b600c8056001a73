import { isDeclaredAfter } from '../../rules/match-flow.ts';
import type { PatternRule } from '../../rules/rule.ts';

const SHELL_WHY =
  'A value with shell syntax becomes a command; pass the arguments one by one, without a shell.';

/** Rules for Go, Java, Kotlin, Scala, C, C++, C# and Rust. */
export const PATTERNS_SYSTEMS: readonly PatternRule[] = [
  {
    id: 'unsafe-deserialization',
    severity: 'major',
    what: 'ObjectInputStream reads objects',
    why: 'Reading an object can run code of any class on the class path; use JSON, or an ObjectInputFilter.',
    languages: ['java', 'kotlin', 'scala'],
    pattern: /\bnew\s+ObjectInputStream\(|(?<![\w.])ObjectInputStream\(/g,
    unless: (_match, { before, file }) =>
      /\bnew\s*$/.test(before.slice(-6)) || /setObjectInputFilter/.test(file.code),
  },
  {
    id: 'weak-cipher',
    severity: 'major',
    what: 'a broken or outdated cipher',
    why: 'DES, RC4 and ECB mode do not protect data; use AES/GCM/NoPadding.',
    languages: ['java', 'kotlin', 'scala'],
    view: 'text',
    pattern: /\bCipher\.getInstance\(\s*"(?:DES|DESede|RC4|RC2|Blowfish|AES"|AES\/ECB)/g,
  },
  {
    id: 'weak-cipher',
    severity: 'major',
    what: 'a broken or outdated cipher',
    why: 'DES, RC4 and ECB mode do not protect data; use AES in GCM mode.',
    languages: ['go', 'csharp', 'python'],
    pattern:
      /\b(?:des\.New(?:TripleDES)?Cipher|rc4\.NewCipher|(?:DES|TripleDES|RC2)\.Create|CipherMode\.ECB|DES\.new|ARC4\.new|AES\.MODE_ECB|modes\.ECB)\b/g,
  },
  {
    id: 'unsafe-deserialization',
    severity: 'major',
    what: 'BinaryFormatter or a serializer that names types',
    why: 'The data chooses which types are created; use System.Text.Json with known types.',
    languages: ['csharp'],
    pattern:
      /\bnew\s+(?:BinaryFormatter|NetDataContractSerializer|LosFormatter|SoapFormatter)\(|\bTypeNameHandling\.(?:All|Auto|Objects)\b/g,
  },
  {
    id: 'shell-injection',
    severity: 'major',
    what: 'a shell runs a computed command',
    why: SHELL_WHY,
    languages: ['rust'],
    view: 'text',
    pattern: /Command::new\(\s*"(?:\/bin\/)?(?:ba|z)?sh"\s*\)[^;]{0,80}"-l?c"[^;]{0,40}format!/g,
  },
  {
    id: 'unbounded-copy',
    severity: 'major',
    what: 'gets or an unbounded scanf',
    why: 'Input longer than the buffer overwrites memory; use fgets, or a width such as %63s.',
    languages: ['c', 'cpp'],
    view: 'text',
    pattern: /(?<![\w.>:])gets\s*\(|\b[fs]?scanf\s*\([^"\n]*"(?:[^"\n%]|%%|%\*?\d*[^s"\n])*%s/g,
    unless: (_match, { before }) => isDeclaredAfter(before.slice(-80)),
  },
  {
    id: 'unbounded-copy',
    severity: 'minor',
    what: 'strcpy, strcat or sprintf without a bound',
    why: 'A longer source overwrites memory; use snprintf or strlcpy with the size of the target.',
    languages: ['c', 'cpp'],
    view: 'text',
    // A target that was just allocated has the size of its source.
    unless: (_match, { before }) =>
      isDeclaredAfter(before.slice(-80)) ||
      /alloc\w*\s*\(|\bstrlen\s*\(|\bsizeof\b/.test(lastLines(before, 8)),
    pattern:
      /(?<![\w.>:])(?:strcpy|strcat)\s*\([^,\n]+,(?!\s*")[^)\n]+\)|(?<![\w.>:])v?sprintf\s*\([^"\n]*"[^"\n]*%s/g,
  },
  {
    id: 'format-string',
    severity: 'major',
    what: 'a variable is the format of printf',
    why: 'A % in the value reads and writes memory; print it with "%s".',
    languages: ['c', 'cpp'],
    pattern:
      /(?<![\w.>:])(?:printf\s*\(\s*|(?:fprintf|syslog)\s*\(\s*\w+\s*,\s*)[a-z]\w*(?:->\w+|\.\w+|\[\w+\])*\s*\)\s*;/g,
  },
  {
    id: 'shell-injection',
    severity: 'major',
    what: 'system or popen of a computed command',
    why: 'A value with shell syntax becomes a command; use fork and execv with a list of arguments.',
    languages: ['c', 'cpp'],
    pattern: /(?<![\w.>:])(?:system|popen)\s*\(\s*(?!"|NULL|nullptr|0\b)[a-z_]\w*[^)\n]*\)/g,
    // A macro only passes on what its users give it.
    unless: (_match, { before, line }) => /^\s*#\s*define\b/.test(line) || isDeclaredAfter(before.slice(-80)),
  },
];

const lastLines = (text: string, count: number) =>
  text
    .slice(-100 * count)
    .split('\n')
    .slice(-count)
    .join('\n');
