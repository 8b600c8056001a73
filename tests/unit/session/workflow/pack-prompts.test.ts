import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packPrompts } from '../../../../src/session/workflow/compile.ts';

/** What the script itself does with a code: its own lines, taken out of the template. */
const source = /const unpackPrompt = \(code\) =>[\s\S]*?\.join\('\\n'\);/.exec(
  readFileSync('templates/workflow/run.js', 'utf8'),
)?.[0];
const unpackPrompt = (lines: readonly string[], code: string): string =>
  new Function('LINES', `${source} return unpackPrompt;`)(lines)(code);

describe('prompts of a workflow script', () => {
  it('come out as they went in', () => {
    const line = fc.constantFrom('', '# Task', 'a', 'b', '- c', '`/x/y.md`', '\u2028');
    const prompt = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(fc.array(prompt, { maxLength: 8 }), (prompts) => {
        const { lines, codes } = packPrompts(prompts);
        expect(codes.map((code) => unpackPrompt(lines, code))).toEqual(prompts);
      }),
    );
  });

  it('keep what they have in common once', () => {
    const template = Array.from({ length: 40 }, (_, n) => `Line ${n} of the template`).join('\n');
    const prompts = Array.from({ length: 1000 }, (_, n) => `# Worker ${n}\n${template}`);
    const packed = JSON.stringify(packPrompts(prompts));
    expect(packed.length).toBeLessThan(prompts.join('').length / 10);
  });
});
