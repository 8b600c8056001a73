import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAILURE_LINE } from '../../../../src/run/dispatch/returns.ts';
import { findRunInScript } from '../../../../src/session/workflow/compile.ts';

const RUN = '20260102-030405-0a1b2c3d';
const TEMPLATE = readFileSync('templates/workflow/run.js', 'utf8');

interface Planned {
  id: string;
  attempts: number;
  summary?: true;
}

/** Runs the script with one wave of these agents; `answers` are those of each agent's attempts. */
async function play(agents: readonly Planned[], answers: Readonly<Record<string, (string | null)[]>>) {
  const body = TEMPLATE.replace('export const meta', 'const meta')
    .replace('__META__', '{}')
    .replace('__FAILURE__', JSON.stringify(FAILURE_LINE))
    .replace('__RUN__', JSON.stringify(RUN))
    .replace('__PROMPTS__', '"/run/prompts"')
    .replace('__LINES__', '["do"]')
    .replace(
      '__WAVES__',
      JSON.stringify([
        {
          title: 'Wave 1',
          agents: agents.map((one) => ({ model: 'haiku', ms: 1000, inputs: [], prompt: '0', ...one })),
        },
      ]),
    );
  const started: string[] = [];
  const left = structuredClone(answers) as Record<string, (string | null)[]>;
  const agent = async (_prompt: string, { label }: { label: string }) => {
    const id = label.split('/')[1] ?? '';
    started.push(id);
    return left[id]?.shift();
  };
  const parallel = (tasks: (() => Promise<unknown>)[]) => Promise.all(tasks.map((task) => task()));
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  const result = await new AsyncFunction('agent', 'parallel', 'phase', body)(
    agent,
    parallel,
    () => undefined,
  );
  return { started, result };
}

const NOTE = 'Note: the classifier was unavailable for this agent.\n\n';

describe("the script's reading of an agent's answer", () => {
  it.each<[string, string | null, number]>([
    ['Done', 'Done. One finding.', 1],
    ['Done, after a note of the client', `${NOTE}Done. One finding.`, 1],
    ['Done, before one', `Done. One finding.\n\n${NOTE}`, 1],
    ['other words', 'I wrote my file.', 1],
    ['nothing, as the hooks end an agent that is overdue', '', 2],
    ['a failure among other words', 'Done. The tests Failed. See the file.', 1],
    ['a failure', 'Failed. No such folder.', 2],
    ['a failure, after a note of the client', `${NOTE}Failed. No such folder.`, 2],
    ['a death', null, 2],
  ])('%s', async (_name, answer, starts) => {
    const { started } = await play([{ id: 'a1', attempts: 2 }], { a1: [answer, 'Done. Again.'] });
    expect(started).toEqual(Array.from({ length: starts }, () => 'a1'));
  });

  it('passes summaries on whole, notes included', async () => {
    const { result } = await play([{ id: 'coord-one', attempts: 2, summary: true }], {
      'coord-one': [`${NOTE}Top findings: one.`],
    });
    expect(result).toBe(`coord-one: ${NOTE}Top findings: one.`);
  });
});

describe('a service that refuses agents', () => {
  const six = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map((id) => ({ id, attempts: 2 }));

  it('ends the script after three deaths in a row: only those that were called at once have started', async () => {
    const { started } = await play(six, Object.fromEntries(six.map(({ id }) => [id, [null, null, null]])));
    expect(started).toHaveLength(8);
    expect(new Set(started.slice(0, 6)).size).toBe(6);
  });

  it('does not end it if agents answer in between', async () => {
    const answers = Object.fromEntries(
      six.map(({ id }, index) => [id, index % 2 === 0 ? [null, 'Done. One.'] : ['Done. One.']]),
    );
    const { started } = await play(six, answers);
    expect(started).toHaveLength(9);
  });
});

describe('the run that a script names', () => {
  it.each<[string, string | undefined]>([
    [`agent('x', { label: 'sao:${RUN}/a1' })`, RUN],
    [`const RUN = "${RUN}"; const label = \`sao:\${RUN}/a1\``, RUN],
    [`agent('x', { label: 's\\u0061o:${RUN}/a1' })`, RUN],
    [`agent('x', { label: '\\x73a\\u{6f}:' + '${RUN}/a1' })`, RUN],
    [`agent('x', { label: "s" + \`ao:${RUN}/a1\` })`, RUN],
    [`agent('x', { label: 'sa\\\no:${RUN}/a1' })`, RUN],
    [`agent('\\u{110000}')`, undefined],
    [`const id = '${RUN}';`, undefined],
    ["agent('sao: look')", undefined],
    ['', undefined],
  ])('%s', (text, run) => {
    expect(findRunInScript(text)).toBe(run);
  });
});
