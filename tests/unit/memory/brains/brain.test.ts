import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brainNameOf } from '../../../../src/contract/rights.ts';
import {
  addToSection,
  BRAIN_SECTIONS,
  checkBrain,
  emptyBrain,
  forPrompt,
  MAX_BRAIN_WORDS,
  parseBrain,
} from '../../../../src/memory/brains/brain.ts';

const BRAIN = `# Brain: builder-auth

## Current State

Login works.
- 12 tests pass

## Decisions

- Sessions live 15 minutes

\`\`\`md
## Next Steps
\`\`\`

## Dependencies
## Known Issues

## Next Steps

1. Logout
`;

describe('a brain', () => {
  it('has the name of its role, a builder one of its module', () => {
    expect(brainNameOf('builder', 'auth')).toBe('builder-auth');
    expect(brainNameOf('curator')).toBe('curator');
    expect(() => brainNameOf('builder')).toThrow(/no brain/);
    expect(() => brainNameOf('builder', '../x')).toThrow(/no brain/);
    expect(() => brainNameOf('worker')).toThrow(/no brain/);
  });

  it('is whole when it is new', () => {
    expect(checkBrain(emptyBrain('architect'), 'architect.md')).toEqual([]);
    expect(parseBrain(emptyBrain('architect')).title).toBe('Brain: architect');
  });

  it('is taken apart by its headings, those in code left alone', () => {
    const { title, sections, others } = parseBrain(`${BRAIN}\n## Notes\nx`);
    expect(title).toBe('Brain: builder-auth');
    expect(sections['Current State']).toEqual(['Login works.', '- 12 tests pass']);
    expect(sections.Decisions).toContain('## Next Steps');
    expect(sections['Next Steps']).toEqual(['1. Logout']);
    expect(others).toEqual(['Notes']);
    expect(checkBrain(BRAIN, 'builder-auth.md')).toEqual([]);
  });

  it.each([
    ['a missing section', BRAIN.replace('## Known Issues', ''), 'brain-section', /Known Issues" is missing/],
    ['a section twice', `${BRAIN}\n## decisions\n`, 'brain-section', /Decisions" occurs 2 times/],
    ['too many words', `${BRAIN}${'word '.repeat(MAX_BRAIN_WORDS)}`, 'brain-too-long', /2\d{3} words/],
    [
      'a secret',
      `${BRAIN}token ${['gh', 'p_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('')}`,
      'brain-secret',
      /secret/,
    ],
  ])('says what is wrong: %s', (_, text, code, message) => {
    expect(checkBrain(text, 'b.md')).toEqual([
      expect.objectContaining({ code, message: expect.stringMatching(message), fix: expect.any(String) }),
    ]);
  });
});

describe('a line that is added', () => {
  it('is added at the end of its section and changes no other text', () => {
    const text = addToSection(BRAIN, 'Decisions', 'Tokens are opaque');
    expect(text).toBe(BRAIN.replace('```\n\n## Dep', '```\n- Tokens are opaque\n\n## Dep'));
    expect(addToSection(BRAIN, 'Dependencies', 'store')).toContain(
      '## Dependencies\n\n- store\n\n## Known Issues',
    );
    expect(addToSection('', 'Known Issues', 'x')).toBe('\n\n## Known Issues\n\n- x\n');
  });

  it('is one line without secrets', () => {
    const token = ['gh', 'p_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
    const text = addToSection(emptyBrain('qc'), 'Next Steps', `a\n## Decisions\n${token}`);
    expect(parseBrain(text).sections['Next Steps']).toEqual(['- a ## Decisions [redacted:github-token]']);
  });

  it('makes the oldest go where there are many', () => {
    let text = BRAIN;
    for (let n = 1; n <= 60; n += 1) text = addToSection(text, 'Decisions', `Decision ${n}`);
    const bullets = parseBrain(text).sections.Decisions.filter((line) => line.startsWith('- '));
    expect([bullets.length, bullets[0], bullets.at(-1)]).toEqual([40, '- Decision 21', '- Decision 60']);
    expect(parseBrain(text).sections['Current State']).toEqual(parseBrain(BRAIN).sections['Current State']);
  });

  it('is added once, for any text, and changes no other section', () => {
    const text = fc
      .array(
        fc.oneof(
          fc.constantFrom(...BRAIN_SECTIONS.map((name) => `## ${name}`), '```', '- a', '', '## Other'),
          fc.string({ maxLength: 12 }),
        ),
      )
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...BRAIN_SECTIONS),
        fc.stringMatching(/^[a-z ]{0,30}$/),
        (given, section, line) => {
          const once = addToSection(given, section, line);
          expect(addToSection(once, section, line)).toBe(once);
          const [before, after] = [parseBrain(given).sections, parseBrain(once).sections];
          expect(after[section].length).toBeGreaterThanOrEqual(before[section].length);
          // A fence that was never closed is closed before a new section.
          const fences = (lines: string) => lines.split('```').length;
          for (const other of BRAIN_SECTIONS.filter((name) => name !== section))
            if (fences(given) === fences(once)) expect(after[other]).toEqual(before[other]);
        },
      ),
    );
  });
});

describe('in a prompt', () => {
  it('is quoted as data that cannot end its own quotation', () => {
    const prompt = forPrompt(BRAIN, 'builder-auth');
    expect(prompt.startsWith('````builder-auth\n')).toBe(true);
    expect(prompt.trimEnd().endsWith('\n````')).toBe(true);
    expect(prompt).toContain('- Sessions live 15 minutes');
  });

  it('is trimmed to the newest lines of each section, and says so', () => {
    const many = Array.from({ length: 900 }, (_, n) => `- decision number ${n} of this project`).join('\n');
    const prompt = forPrompt(BRAIN.replace('- Sessions', `${many}\n- Sessions`), 'builder-auth');
    expect(prompt).toMatch(/\(\d+ older lines are left out here\)/);
    expect(prompt).toContain('- decision number 899 ');
    expect(prompt).not.toContain('- decision number 3 ');
    expect(prompt).toContain('1. Logout');
    expect(prompt).toContain('Login works.');
  });

  it('never has many more words than a brain may have', () => {
    const piece = fc.constantFrom(
      'word ',
      '\n',
      '\n## Decisions\n',
      '\n## x\n',
      'x'.repeat(4000),
      '\n- a b c\n',
      '```\n',
    );
    const text = fc.tuple(fc.array(piece, { minLength: 1, maxLength: 30 }), fc.constantFrom(1, 50, 800));
    fc.assert(
      fc.property(text, ([pieces, times]) => {
        const prompt = forPrompt(pieces.join('').repeat(times), 'x');
        expect(prompt.split(/\s+/).length).toBeLessThan(MAX_BRAIN_WORDS + 20);
        expect(prompt.length).toBeLessThan(12 * MAX_BRAIN_WORDS + 1000);
      }),
      { numRuns: 60 },
    );
  });
});
