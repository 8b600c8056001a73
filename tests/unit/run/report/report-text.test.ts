import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../../../src/findings/plain-text.ts';
import { redact } from '../../../../src/findings/redact.ts';
import { buildReport, type Report } from '../../../../src/run/report/report.ts';
import { coordinator, finder, gap, input, SENTINEL, worker } from './sample-run.ts';

const TOKEN = `ghp_${'a1B2c3D4e5F6g7H8i9J0'.repeat(2)}`;
const TRICK = 'x\u001b[31m\u202ey\u0007\u200bz';

/** A report in which every field that an agent or a user writes contains this text. */
function saying(text: string): Report {
  const agents = [
    finder('a1', [`- [major] ${text} title — \`src/${text}.ts:3\` — ${text} detail`], { name: text }),
    worker('a2', text, { name: text }),
    gap('a3', { name: text, gapReason: text }),
    coordinator('security', text),
    coordinator('all', text),
  ];
  const more = { domains: [{ id: 'security', name: text }], notes: [text] };
  const given = input(agents, more);
  return buildReport({ ...given, run: { ...given.run, task: text, project: `/p/${text}` } });
}

/** Every string of a document. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

describe('every text of a report', () => {
  it('is redacted', () => {
    const all = JSON.stringify(saying(`token ${TOKEN} here`));
    expect(all).not.toContain(TOKEN);
    expect(all).toContain('[redacted:github-token]');
  });

  it('is redacted where an invisible character divides the secret', () => {
    expect(JSON.stringify(saying(`${TOKEN.slice(0, 9)}\u200b${TOKEN.slice(9)}`))).not.toContain(TOKEN);
  });

  it('is plain', () => {
    for (const text of textsOf(saying(TRICK)))
      for (const line of text.split('\n')) expect(line).toBe(plainText(line));
  });

  it('is bounded', () => {
    const texts = textsOf({ ...saying('word '.repeat(5000)), project: '' });
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(1500);
  });

  it('is cut after it is redacted, so that no half of a secret is left', () => {
    const report = saying(`${'word '.repeat(38)}${TOKEN}`);
    expect(JSON.stringify(report)).not.toContain('ghp_');
  });
});

describe('for any text', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());

  it('a report is made, plain and without secrets', () => {
    fc.assert(
      fc.property(text, (said) => {
        const report = saying(said);
        expect(report.gaps).toHaveLength(1);
        for (const part of textsOf(report)) {
          expect(part.split('\n').map((line) => plainText(line))).toEqual(part.split('\n'));
          expect(redact(part)).toBe(part);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('findings do not depend on the order of agents', () => {
    const bullet = fc
      .tuple(fc.constantFrom('critical', 'major', 'minor'), fc.constantFrom('Slow loop', 'Weak hash', 'Leak'))
      .chain(([severity, title]) =>
        fc.nat(9).map((line) => `- [${severity}] ${title} — src/a.ts:${line + 1}`),
      );
    const agents = fc.array(fc.array(bullet, { maxLength: 4 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(agents, (lists) => {
        const given = lists.map((bullets, i) => finder(`a${i}`, bullets));
        const turned = buildReport(input(given.toReversed()));
        expect(turned.findings).toEqual(buildReport(input(given)).findings);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, for any file', () => {
    const file = fc.tuple(text, text).map(([a, b]) => `## Findings\n- ${a}\n\n## Summary\n${b}\n${SENTINEL}`);
    fc.assert(
      fc.property(file, (said) => {
        buildReport(input([worker('a1', said), coordinator('security', said, { text: said })]));
      }),
      { numRuns: 500 },
    );
  });
});
