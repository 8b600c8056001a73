import { describe, expect, it } from 'vitest';
import { checkOutput, faultOf, NO_OUTPUT } from '../../../../src/run/outputs/check.ts';
import { VERDICTS } from '../../../../src/run/outputs/sentinel.ts';
import { selectAgents } from '../../../../src/run/status/select.ts';
import {
  type AgentCheck,
  describeCheck,
  noteEmpty,
  renderVerification,
  summarizeChecks,
} from '../../../../src/run/status/verification.ts';
import { agentOf, planWith, RUN } from '../../../harness/snapshots.ts';

const S = '<!-- DONE -->';
const check = (id: string, status: AgentCheck['status'] = 'done') =>
  describeCheck({ id, path: `/r/workers/${id}.md`, attempt: 1 }, { ...NO_OUTPUT, status });

describe('checkOutput', () => {
  it('counts a whole file', () => {
    const head = `# A\n\nfour words are here\n\n## Findings\n- [critical] Two words — a.ts:1 — x\n- unrated\n\n${S}\n`;
    const size = Buffer.byteLength(head);
    expect(checkOutput({ head, tail: head, whole: true, size, headBytes: size })).toEqual({
      status: 'done',
      words: 18,
      findings: { critical: 1, major: 0, minor: 1 },
      estimated: false,
    });
  });

  it('estimates a large one from its head, and takes findings from its tail', () => {
    const head = 'word '.repeat(100);
    const tail = `## Findings\n- [major] Two words — a.ts:1 — x\n\n${S}\n`;
    const large = { head, tail, whole: false, size: 1_000_000, headBytes: 500 };
    expect(checkOutput(large)).toEqual({
      status: 'done',
      words: 200_000,
      findings: { critical: 0, major: 1, minor: 0 },
      estimated: true,
    });
  });

  it('continues in the tail with findings that begin in the head', () => {
    const head = '## Findings\n- [critical] Two words — a.ts:1 — x\n';
    const tail = `- [minor] Two words — a.ts:1 — x\n\n${S}\n`;
    expect(checkOutput({ head, tail, whole: false, size: 400_000, headBytes: 60 }).findings).toEqual({
      critical: 1,
      major: 0,
      minor: 1,
    });
  });

  it('has a fault in words for everything that is not done', () => {
    const faults = VERDICTS.map((verdict) => faultOf({ status: verdict }, '/r/a.md'));
    expect(faults.map((fault) => fault?.includes('/r/a.md'))).toEqual([
      undefined,
      undefined,
      true,
      true,
      true,
      true,
    ]);
  });
});

describe('summarizeChecks', () => {
  it('is complete when all is done', () => {
    expect(summarizeChecks(RUN, [check('a1'), check('a2')])).toMatchObject({
      run: RUN,
      complete: true,
      counts: { done: 2, failed: 0, incomplete: 0, empty: 0, missing: 0 },
    });
    expect(summarizeChecks(RUN, [check('a1'), check('a2', 'failed')])).toMatchObject({
      complete: false,
      counts: { done: 1, failed: 1 },
    });
  });

  it('is never complete, and says so, where there is nothing', () => {
    const nothing = summarizeChecks('/r', []);
    expect(nothing.complete).toBe(false);
    expect(noteEmpty(nothing)).toMatchObject([{ severity: 'warning', code: 'verify-nothing' }]);
  });

  it('marks only estimates', () => {
    expect(check('a1')).not.toHaveProperty('estimated');
    expect(
      describeCheck({ id: 'a', path: '/a', attempt: 1 }, { ...NO_OUTPUT, estimated: true }).estimated,
    ).toBe(true);
  });
});

describe('renderVerification', () => {
  it('is one line when all is done', () => {
    expect(renderVerification(summarizeChecks(RUN, [check('a1'), check('a2')]))).toBe(`${RUN}: 2 of 2 done`);
  });

  it('names what is not done, with reason and file', () => {
    const text = renderVerification(
      summarizeChecks(RUN, [check('a1'), check('a2', 'missing'), check('a3', 'failed')]),
    );
    expect(text.split('\n')).toEqual([
      `${RUN}: 1 of 3 done (1 failed, 1 missing)`,
      '- a2 missing: there is no regular file at /r/workers/a2.md',
      '- a3 failed: its file reports an error: /r/workers/a3.md',
    ]);
  });

  it('does not flood its reader', () => {
    const text = renderVerification(
      summarizeChecks(
        RUN,
        Array.from({ length: 1000 }, (_, n) => check(`a${n}`, 'missing')),
      ),
    );
    expect(text.split('\n').length).toBeLessThan(50);
    expect(text).toContain('and 960 more: --json');
  });

  it('prints no control character of a file name', () => {
    const evil = summarizeChecks('/r\u001b[2J', [check('a\u001b]0;x\u0007\u202e', 'empty')]);
    expect(renderVerification(evil)).toMatch(/^[ -~\n]+$/);
  });
});

describe('selectAgents', () => {
  const plan = planWith([
    agentOf('a1'),
    agentOf('a2', { wave: 2 }),
    agentOf('coord-d', { role: 'coordinator', wave: 3 }),
  ]);
  const select = (ids: string[], wave?: number) => {
    const result = selectAgents(RUN, plan, { ids, wave });
    return result.ok
      ? result.value.map(({ id }) => id)
      : result.diagnostics.map(({ code, target }) => `${code} ${target}`);
  };

  it.each<[string, string[], number | undefined, string[]]>([
    ['everyone, coordinators too', [], undefined, ['a1', 'a2', 'coord-d']],
    ['ids in plan order, once', ['coord-d', 'a1', 'a1'], undefined, ['a1', 'coord-d']],
    ['a wave', [], 2, ['a2']],
    ['an unknown id', ['a1', 'a9'], undefined, ['agent-unknown a9']],
    ['a path', ['../x'], undefined, ['id-wrong "../x"']],
    ['a look-alike', ['а1'], undefined, ['id-wrong "\\u04301"']],
    ['a wave that is not there', [], 4, ['wave-unknown --wave']],
    ['ids and a wave', ['a1'], 1, ['usage --wave']],
  ])('%s', (_, ids, wave, found) => {
    expect(select(ids, wave)).toEqual(found);
  });

  it('names at most ten of many unknown ids', () => {
    expect(select(Array.from({ length: 500 }, (_, n) => `x${n}`))).toHaveLength(10);
  });
});
