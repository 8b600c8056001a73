// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code under test holds templates
import { describe, expect, it } from 'vitest';
import type { Language } from '../../../src/source/languages.ts';
import { languageOf, languageOfShebang } from '../../../src/source/languages.ts';
import { lineFinder } from '../../../src/source/lines.ts';
import { maskText } from '../../../src/source/mask.ts';
import { measureCpuMs } from '../../harness/cpu-time.ts';

/** A text, and the words that are code in it. */
const CASES: [language: Language, text: string, words: string][] = [
  ['python', 'a = "x # y" # c', 'a'],
  ['python', '"""doc\n"a" eval"""\nb', 'b'],
  ['python', "a = 'it\\'s' + b", 'a b'],
  ['go', 'a := `x\n// y` // c\nd', 'a d'],
  ['go', "a := '\"' + b // c", 'a b'],
  ['rust', "fn f<'a>(x: &'a str) { 'x' }", 'fn f a x a str'],
  ['rust', 'r#"a "b" c"# + d', 'd'],
  ['java', '"""\n a "b" """ + c', 'c'],
  ['csharp', '@"c:\\" + d', 'd'],
  ['cpp', 'R"x(a ")" b)x" + c', 'c'],
  ['ruby', "a = <<~SQL\n  it's\nSQL\nb # c", 'a b'],
  ['ruby', '"#{a} # b" + c', 'c'],
  ['php', "<p>it's</p><?php $a = 'b'; ?> don't <?= $c ?>", 'a c'],
  ['shell', "echo 'a # b' # c\nx=${#y} $# z", 'echo x y z'],
  ['shell', "cat <<EOF\nit's $x\nEOF\nb", 'cat b'],
  ['shell', 'echo \\" # c', 'echo'],
  ['js', 'a = `x ${y} //` // c\nb', 'a b'],
  ['js', 'a = /["\']/; b = "c"', 'a b'],
  ['c', '"open\nint a; // x', 'int a'],
  ['yaml', "a: it's # c", 'a it s'],
];

describe('maskText', () => {
  it.each(CASES)('%s: %s', (language, text, words) => {
    const masked = maskText(text, language);
    for (const view of [masked.code, masked.text, masked.comments]) {
      expect(view).toHaveLength(text.length);
      expect(view.split('\n')).toHaveLength(text.split('\n').length);
    }
    expect(masked.code.match(/\w+/g)?.join(' ')).toBe(words);
  });

  it('keeps only comments in the comments view', () => {
    const { comments, text } = maskText('a("// no"); // yes\n/* and */ b', 'java');
    expect(comments.trim()).toMatch(/^\/\/ yes\n\/\* and \*\/$/);
    expect(text).toContain('"// no"');
    expect(text).not.toContain('yes');
  });

  it('takes linear time', () => {
    const text = `${'"'.repeat(200_000)}${"'".repeat(200_000)}${'/*'.repeat(100_000)}`;
    const languages = ['js', 'python', 'java', 'ruby', 'php', 'shell', 'rust', 'cpp'] as const;
    expect(measureCpuMs(() => languages.map((language) => maskText(text, language)))).toBeLessThan(5000);
  });
});

describe('lineFinder', () => {
  it('returns 1-based lines, also with CRLF', () => {
    const lineOf = lineFinder('a\r\nb\n\nc');
    expect([0, 1, 2, 3, 4, 5, 6].map(lineOf)).toEqual([1, 1, 1, 2, 2, 3, 4]);
  });

  it.each([
    ['src/a.tsx', 'ts'],
    ['Dockerfile.prod', 'docker'],
    ['Gemfile', 'ruby'],
    ['a.unknown', undefined],
    ['Makefile', undefined],
  ])('%s is %s', (path, language) => expect(languageOf(path)).toBe(language));

  it.each([
    ['#!/usr/bin/env bash\n', 'shell'],
    ['#!/usr/bin/env node\n', 'js'],
    ['#!/usr/bin/python3\n', 'python'],
    ['# no\n', undefined],
  ])('%s is %s', (text, language) => expect(languageOfShebang(text)).toBe(language));
});
