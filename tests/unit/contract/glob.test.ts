import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { doGlobsMeet, globFault, globTest } from '../../../src/contract/glob.ts';
import { scaled } from '../../harness/scale.ts';

/** Expands every list of alternatives, because picomatch matches the empty string if `*` is next to a list. */
function withoutBraces(glob: string): string[] {
  const [whole, list] = /\{([^}]*)\}/.exec(glob) ?? [];
  if (whole === undefined || list === undefined) return [glob];
  return list.split(',').flatMap((item) => withoutBraces(glob.replace(whole, () => item)));
}

const OPTIONS = { dot: true, nonegate: true, noextglob: true, windows: false };
const isMatch = (path: string, glob: string) => picomatch(withoutBraces(glob), OPTIONS)(path);

describe('what a glob may be', () => {
  it.each([
    'src/auth/**',
    'src/auth/*.ts',
    '**/*.md',
    'src/{auth,login}/**',
    'src/a?c/[abc]/x',
    'app/[slug]/page.tsx',
    '@scope/pkg/**',
    'a+b/c#d/e f',
    '.github/**',
    'src/{a/b,c}*',
  ])('%s', (glob) => {
    expect(globFault(glob)).toBeUndefined();
  });

  it.each([
    ['', 'characters'],
    ['a'.repeat(201), 'characters'],
    ['/etc/**', 'absolute'],
    ['C:/x', 'absolute'],
    ['../x', 'leads out'],
    ['src/../../x', 'leads out'],
    ['src/{a,..}/x', 'leads out'],
    ['./src', '"."'],
    ['src/./x', '"."'],
    ['src/', 'ends in'],
    ['src//x', 'empty part'],
    ['src/{a/,b}', 'empty part'],
    ['a\nb', 'control character'],
    ['src\\x', 'have a meaning'],
    ['app/(auth)/**', 'have a meaning'],
    ['!src/**', 'starts with'],
    ['!(a)', 'have a meaning'],
    ['[...slug]/x', '"["'],
    ['[abc', '"["'],
    ['abc]', '"["'],
    ['[!a]', '"["'],
    ['{a}', '"{"'],
    ['{a,b', '"{"'],
    ['a,b}', '"{"'],
    ['{a,{b,c}}', '"{"'],
    ['{,a}', '"{"'],
    ['[ab]+', '"+"'],
    ['a**', '"**"'],
    ['{**,a}/b', '"**"'],
    ['***', '"**"'],
    ['[a]'.repeat(20), 'alternatives'],
    ['[a-]', '"["'],
    ['[a--]', '"["'],
    ['{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}', 'alternatives'],
  ])('%j is refused', (glob, why) => {
    expect(globFault(glob)).toContain(why);
  });
});

describe('doGlobsMeet', () => {
  it.each([
    ['src/a/**', 'src/b/**', false],
    ['src/a/**', 'src/a/b.ts', true],
    ['src/a/**', 'src/a', true],
    ['src/*', 'src/a/b', false],
    ['src/*.ts', 'src/*.js', false],
    ['src/*.ts', 'src/a*', true],
    ['src/a*.ts', 'src/*b.ts', true],
    ['src/a*', 'src/b*', false],
    ['**/*.ts', 'src/**', true],
    ['**/*.ts', 'src/*.js', false],
    ['**/test/**', 'src/**', true],
    ['{a,b}/x', '{c,d}/x', false],
    ['{a,b}/x', '{b,c}/x', true],
    ['a/[a-m]*', 'a/[n-z]*', false],
    ['a/[a-m]*', 'a/[m-z]*', true],
    ['a/[abc]', 'a/?', true],
    ['a/[abc]', 'a/[[]abc]', true],
    ['a/[slug]', 'a/?????*', true],
    ['package.json', 'package-lock.json', false],
    ['packages/core/**', 'packages/core-utils/**', false],
    ['Src/Auth/**', 'src/auth/**', true],
    ['ſrc/a', 'src/a', true],
    ['Größe/x', 'größe/y', false],
    ['a/[A-C]x', 'a/bx', true],
    ['a/{b/c,d}/**', 'a/b/**', true],
    ['**', 'anything', true],
    ['a/?', 'a/bc', false],
  ])('%s and %s: %s', (a, b, meets) => {
    expect(doGlobsMeet(a, b)).toBe(meets);
    expect(doGlobsMeet(b, a)).toBe(meets);
  });

  it('is quick, and so is the match, where a regular expression goes back and forth', () => {
    const stars = '*a*a*a*a*a*a*/**/*b*b*b*b*b*b*/**/*c*c*c*c*c*c*/**/x';
    expect(doGlobsMeet(stars, stars.replaceAll('a', 'ab'))).toBe(true);
    const path = `${'a'.repeat(255)}/${'b'.repeat(255)}/${'c/'.repeat(200)}`;
    expect(globTest(stars)(`${path}y`)).toBe(false);
    expect(globTest(stars)(`${path}cccccc/x`)).toBe(true);
  });
});

describe('globTest', () => {
  it.each([
    ['src/a/**', 'src/a/b/c.ts', true],
    ['src/a/**', 'src/a', true],
    ['src/a/**', 'src/ab', false],
    ['src/*', 'src/.env', true],
    ['src/*', 'src/a/b', false],
    ['src/?.ts', 'src/ab.ts', false],
    ['src/[a-c]x', 'src/bx', true],
    ['src/[a-c]x', 'src/Bx', false],
    ['app/[id]/page.tsx', 'app/[id]/page.tsx', true],
    ['app/[id]/page.tsx', 'app/i/page.tsx', true],
    ['{a,b/c}/*.ts', 'b/c/d.ts', true],
    ['{a,b/c}/*.ts', 'b/d.ts', false],
    ['**/x', 'x', true],
    ['**/x', 'a/b/x', true],
    ['Src/**', 'src/a', false],
    ['(a)', '(a)', false],
  ])('%s, %s: %s', (glob, path, matches) => {
    expect(globTest(glob)(path)).toBe(matches);
  });

  it('ignores case where that is asked for', () => {
    expect(globTest('.git/**', true)('.GIT/config')).toBe(true);
    expect(globTest('x/[a-c]', true)('X/B')).toBe(true);
  });
});

const unit = fc.constantFrom('a', 'b', 'A', '[', ']', '-', '.', 'é', '😀');
const atom = fc.oneof(
  { weight: 5, arbitrary: unit },
  { weight: 3, arbitrary: fc.constantFrom('*', '?') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('[ab]', '[a-b]', '[b-z]', '[A]', '[0-9a]', '[z-a]'),
  },
  { weight: 2, arbitrary: fc.constantFrom('{a,b}', '{ab,*}', '{a/b,c}', '{[ab],?}', '{b,a/*/b}') },
);
const part = fc.oneof(
  { weight: 1, arbitrary: fc.constant('**') },
  { weight: 5, arbitrary: fc.array(atom, { minLength: 1, maxLength: 4 }).map((atoms) => atoms.join('')) },
);
const glob = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter((text) => globFault(text) === undefined);

/** A path that a glob most likely matches: each wild part takes something. */
function pathOf(text: string, picks: readonly number[]): string {
  let n = 0;
  const pick = <T>(values: readonly T[]) => values[(picks[n++ % picks.length] ?? 0) % values.length] as T;
  return text
    .replace(/\{([^}]*)\}/g, (_, list: string) => pick(list.split(',')))
    .replace(/\/\*\*|\*\*\/|\*\*/g, (stars) => stars.replace('**', pick(['', 'a', 'b/a', '.b', 'A'])))
    .replace(/\[([^\]]*)\]/g, (whole, list: string) => pick([...list, whole, 'b']))
    .replace(/\*/g, () => pick(['', 'a', 'ab', 'b.', '.', '[a]', '😀']))
    .replace(/\?/g, () => pick(['a', 'b', '[', '.']))
    .split('/')
    .filter((each) => each !== '' && each !== '.' && each !== '..')
    .join('/');
}

describe('doGlobsMeet against picomatch', () => {
  const picks = fc.array(fc.nat(9), { minLength: 8, maxLength: 8 });

  it('says yes wherever a path matches both', () => {
    let both = 0;
    fc.assert(
      fc.property(glob, glob, picks, (a, b, chosen) => {
        for (const path of [pathOf(a, chosen), pathOf(b, chosen)]) {
          if (path === '' || !isMatch(path, a) || !isMatch(path, b)) continue;
          both += 1;
          expect(doGlobsMeet(a, b), `${path} matches ${a} and ${b}`).toBe(true);
        }
      }),
      { numRuns: scaled(2_000, 100_000) },
    );
    expect(both).toBeGreaterThan(100);
  });

  it('and globTest say yes of each path that matches, and mostly no otherwise', () => {
    let no = 0;
    fc.assert(
      fc.property(glob, glob, picks, (a, b, chosen) => {
        const path = pathOf(b, chosen);
        fc.pre(globFault(path) === undefined && !/[*?[\]{}]/.test(path));
        const expected = [doGlobsMeet(a, path), globTest(a)(path)];
        if (isMatch(path, a)) expect(expected, `${a} matches ${path}`).toEqual([true, true]);
        else no += Number(!expected[0] && !expected[1]);
      }),
      { numRuns: scaled(2_000, 100_000) },
    );
    expect(no).toBeGreaterThan(500);
  });

  it('is symmetric', () => {
    fc.assert(fc.property(glob, glob, (a, b) => doGlobsMeet(a, b) === doGlobsMeet(b, a)));
  });
});
