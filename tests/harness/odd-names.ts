import fc from 'fast-check';

/** Parts of file names that end or change something in Markdown, in paths or in terminals. */
const PARTS = [
  '|',
  '`',
  '"',
  "'",
  '\\',
  '\n',
  '\r',
  '\t',
  ' — ',
  ' - ',
  ':3',
  '#L4',
  '[x](y)',
  '[x]',
  '(a)',
  '*',
  '**',
  '<b>',
  '&amp;',
  '  ',
  '\u202e',
  'é',
  '//',
  '. ',
  'src',
  'a.ts',
  'None',
  '\u001b[1m',
];

/** Names of files as bytes, without their ending: odd texts, and bytes that are not UTF-8. */
export const oddNames: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(...PARTS.map((part) => Buffer.from(part.replaceAll('/', '')))),
      },
      { weight: 2, arbitrary: fc.stringMatching(/^[a-z0-9 ]{1,4}$/).map((text) => Buffer.from(text)) },
      {
        weight: 1,
        arbitrary: fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
      },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts).filter((byte) => byte !== 0 && byte !== 0x2f))
  .map((bytes) => Buffer.from(bytes))
  .filter((bytes) => bytes.length > 0);

const NAMED: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '"': 34, '\\': 92 };

/** The bytes of a path that is quoted in git's way, or of a plain one. */
export function unquotePath(shown: string): Buffer {
  if (!shown.startsWith('"')) return Buffer.from(shown);
  const bytes: number[] = [];
  const inner = shown.slice(1, -1);
  for (const [part] of inner.matchAll(/\\[0-7]{3}|\\.|[^\\]+/gsu)) {
    if (!part.startsWith('\\')) bytes.push(...Buffer.from(part));
    else bytes.push(NAMED[part.slice(1)] ?? Number.parseInt(part.slice(1), 8));
  }
  return Buffer.from(bytes);
}
