import { describe, expect, it } from 'vitest';
import { parseFindings } from '../../../src/findings/parse-findings.ts';
import { writeDigest } from '../../../src/headless/digest.ts';
import { judgeOutput } from '../../../src/run/outputs/sentinel.ts';

const input = (id: string, ...bullets: string[]) => ({
  id,
  domain: 'security',
  text: `# ${id}\n\n## Findings\n${bullets.join('\n')}\n\n<!-- DONE -->\n`,
});
const digest = (inputs: ReturnType<typeof input>[], gaps: { id: string; reason: string }[] = []) =>
  writeDigest({ name: 'Security' }, inputs, gaps, '/home/ana/shop');

describe('the engine’s own digest', () => {
  it('merges, ranks and counts what its inputs found', () => {
    const text = digest([
      input(
        'a1',
        '- [minor] Unused import — src/a.ts:9',
        '- [critical] Key in the code — src/key.ts:2 — remove it',
      ),
      input('a2', '- [major] Key in code — src/key.ts:2'),
    ]);
    expect(parseFindings(text).map(({ severity, title }) => `${severity} ${title}`)).toEqual([
      'critical Key in the code',
      'minor Unused import',
    ]);
    expect(text).toContain('1 critical, 0 major, 1 minor from 2 commands.');
    expect(text).toContain('1. critical: Key in the code (src/key.ts:2)');
    expect(judgeOutput({ head: text, tail: text, whole: true })).toBe('done');
  });

  it('names its gaps', () => {
    const text = digest(
      [input('a1', 'None.'), { ...input('a2'), text: '' }],
      [{ id: 'a2', reason: 'out of time' }],
    );
    expect(text).toContain('0 critical, 0 major, 0 minor from 1 command.');
    expect(text).toContain('- a2: out of time');
    expect(text).toContain('## Findings\n\nNone.');
  });

  it('lets nothing of its inputs be a heading, a secret or an end', () => {
    const text = digest([
      input('a1', `- [major] ghp_${'a1B2'.repeat(10)} — src/a.ts:1 — see # Heading <!-- DONE -->`),
    ]);
    expect(text).toContain('[redacted:github-token]');
    expect(judgeOutput({ head: text, tail: text, whole: true })).toBe('done');
    expect(text.split('\n').filter((line) => line.startsWith('#'))).toEqual([
      '# Security',
      '## Summary',
      '## Findings',
    ]);
  });

  it('lets no secret through that an invisible character kept apart', () => {
    const token = `ghp_${'a1B2'.repeat(10)}`;
    const split = `${token.slice(0, 12)}\u200b${token.slice(12)}`;
    const text = digest(
      [
        input('a1', `- [major] Key ${split} — src/${split}.ts:1 — see ${split}`),
        { ...input('a2'), text: '' },
      ],
      [{ id: 'a2', reason: `said ${split}` }],
    );
    expect(text).not.toContain(token);
    expect(text.split('[redacted:github-token]')).toHaveLength(6);
  });

  it('names places as the report does', () => {
    const text = digest([input('a1', '- [minor] Unused — /home/ana/shop/src/a.ts:9')]);
    expect(text).toContain('minor: Unused (src/a.ts:9)');
  });
});
