import { describe, expect, it } from 'vitest';
import { parseSummary } from '../../../../src/memory/recall/parse-summary.ts';

const lessons = (report: string) => parseSummary(report).map(({ lesson }) => lesson);

describe('a session summary', () => {
  it('has one lesson for each bullet, with kind, references, questions and what it replaces', () => {
    const report = `# auth

Built.

## Session summary

- [decision] Refresh tokens rotate — each use makes a new one (src/auth/token.ts:12, ADR-003).
  Asked: How long do tokens live? Are tokens reused?
  Supersedes: 0123456789abcdef01234567
- **Failure**: Sessions in memory were lost at a restart.
  Refs: \`src/auth/store.ts\`, 0123456789012345678901234567890123456789
- A plain sentence without a kind

<!-- DONE -->
`;
    expect(lessons(report)).toEqual([
      {
        kind: 'decision',
        title: 'Refresh tokens rotate',
        text: 'each use makes a new one (src/auth/token.ts:12, ADR-003).',
        asked: ['How long do tokens live?', 'Are tokens reused?'],
        refs: ['src/auth/token.ts:12', 'ADR-003'],
        supersedes: '0123456789abcdef01234567',
      },
      {
        kind: 'failure',
        title: 'Sessions in memory were lost at a restart.',
        text: 'Sessions in memory were lost at a restart.',
        asked: [],
        refs: ['src/auth/store.ts', '0123456789012345678901234567890123456789'],
      },
      {
        kind: 'outcome',
        title: 'A plain sentence without a kind',
        text: 'A plain sentence without a kind',
        asked: [],
        refs: [],
      },
    ]);
  });

  it.each([
    ['# Report\n\nNothing.\n'],
    ['## Session summary\n\n- None.\n'],
    ['## Session summary\n\n<!-- DONE -->\n'],
    ['```\n## Session summary\n- [decision] In a fence\n```\n'],
  ])('is empty in %j', (report) => {
    expect(lessons(report)).toEqual([]);
  });

  it('without bullets is one outcome, and ends at the next heading', () => {
    expect(
      lessons('## Session summary\n\nThe cache is warm.\n\n## Other\n\n- [decision] no\n'),
    ).toMatchObject([{ kind: 'outcome', text: 'The cache is warm.' }]);
  });

  it('has at most 8 lessons', () => {
    expect(lessons(`## Session summary\n${'- [outcome] one more thing\n'.repeat(20)}`)).toHaveLength(8);
  });
});
