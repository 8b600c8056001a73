import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDuplicateKeys } from '../../../../src/run/plan/find-duplicate-keys.ts';
import { readPlan } from '../../../../src/run/plan/read-plan.ts';

const worker = { task: 'Look' };
const plan = (more: object = {}, domain: object = {}, first: object = {}) => ({
  version: 1,
  domains: [{ id: 'd', workers: [{ ...worker, ...first }], ...domain }],
  ...more,
});

function problemsOf(value: unknown) {
  const result = readPlan(typeof value === 'string' ? value : JSON.stringify(value));
  return result.ok ? [] : result.diagnostics;
}

/** what is wrong, the plan, code, JSON path, part of the fix */
const FAULTS: [string, unknown, string, string, RegExp][] = [
  ['nothing', '', 'plan-not-json', '$', /one JSON object/],
  ['an empty object in a code fence', '```json\n{}\n```', 'plan-missing-key', '$.domains', /a list/],
  ['two code fences', '```\n{}\n```\n```\n{"a":1}\n```', 'plan-not-json', '$', /leave one/],
  ['a trailing comma', '{"version": 1,}', 'plan-not-json', '$', /JSON object/],
  ['a list', [], 'plan-wrong-type', '$', /object/],
  ['null', 'null', 'plan-wrong-type', '$', /object/],
  ['no version', { domains: plan().domains }, 'plan-wrong-value', '$.version', /1/],
  ['another version', plan({ version: 2 }), 'plan-wrong-value', '$.version', /use one of: 1/],
  ['no domains', { version: 1 }, 'plan-missing-key', '$.domains', /a list/],
  ['an empty list of domains', plan({ domains: [] }), 'plan-wrong-value', '$.domains', /./],
  [
    'an unknown key',
    plan({ agents: [] }),
    'plan-unknown-key',
    '$.agents',
    /allowed here: version, task, domains/,
  ],
  [
    'a key that is nearly right',
    plan({}, {}, { taks: 'x' }),
    'plan-unknown-key',
    '$.domains[0].workers[0].taks',
    /"task"/,
  ],
  [
    'an unknown key of a domain',
    plan({}, { owner: 'x' }),
    'plan-unknown-key',
    '$.domains[0].owner',
    /id, name, workers/,
  ],
  [
    'a prototype key',
    '{"version":1,"__proto__":{"a":1},"domains":[]}',
    'plan-unknown-key',
    '$.__proto__',
    /remove/,
  ],
  [
    'no id of a domain',
    plan({ domains: [{ workers: [worker] }] }),
    'plan-missing-key',
    '$.domains[0].id',
    /add it/,
  ],
  ['a domain id that leaves', plan({}, { id: '../x' }), 'plan-wrong-name', '$.domains[0].id', /use "x"/],
  [
    'a domain id of 300 characters',
    plan({}, { id: 'a'.repeat(300) }),
    'plan-wrong-name',
    '$.domains[0].id',
    /use "a+"/,
  ],
  [
    'a domain id of 49 characters',
    plan({}, { id: 'a'.repeat(49) }),
    'plan-wrong-name',
    '$.domains[0].id',
    /./,
  ],
  [
    'a worker id with a look-alike',
    plan({}, {}, { id: 'аb' }),
    'plan-wrong-name',
    '$.domains[0].workers[0].id',
    /use "b"/,
  ],
  [
    'a worker id with a newline',
    plan({}, {}, { id: 'a\nb' }),
    'plan-wrong-name',
    '$.domains[0].workers[0].id',
    /use "a-b"/,
  ],
  [
    'a worker id that is an option',
    plan({}, {}, { id: '-rf' }),
    'plan-wrong-name',
    '$.domains[0].workers[0].id',
    /use "rf"/,
  ],
  ['no workers', plan({}, { workers: [] }), 'plan-wrong-value', '$.domains[0].workers', /./],
  ['no task', plan({}, { workers: [{}] }), 'plan-missing-key', '$.domains[0].workers[0].task', /a text/],
  ['an empty task', plan({}, {}, { task: '' }), 'plan-wrong-value', '$.domains[0].workers[0].task', /./],
  [
    'a task that is a number',
    plan({}, {}, { task: 1 }),
    'plan-wrong-type',
    '$.domains[0].workers[0].task',
    /a text/,
  ],
  [
    'a task with an escape',
    plan({}, {}, { task: 'a\u001b[31m' }),
    'plan-wrong-value',
    '$.domains[0].workers[0].task',
    /./,
  ],
  [
    'a task with a C1 control',
    plan({}, {}, { task: 'a\u009b31m' }),
    'plan-wrong-value',
    '$.domains[0].workers[0].task',
    /./,
  ],
  [
    'a task of 8,001 characters',
    plan({}, {}, { task: 'a'.repeat(8001) }),
    'plan-wrong-value',
    '$.domains[0].workers[0].task',
    /./,
  ],
  [
    'an unknown model',
    plan({}, {}, { model: 'gpt' }),
    'plan-wrong-value',
    '$.domains[0].workers[0].model',
    /haiku, sonnet, opus/,
  ],
  [
    'a model for a command',
    plan({}, {}, { run: 'ls', model: 'opus' }),
    'plan-wrong-value',
    '$.domains[0].workers[0].model',
    /./,
  ],
  [
    'a timeout of 0',
    plan({}, {}, { timeout: 0 }),
    'plan-wrong-value',
    '$.domains[0].workers[0].timeout',
    /./,
  ],
  [
    'half a second',
    plan({}, {}, { timeout: 0.5 }),
    'plan-wrong-type',
    '$.domains[0].workers[0].timeout',
    /whole number/,
  ],
  [
    'after as a text',
    plan({}, {}, { after: 'a1' }),
    'plan-wrong-type',
    '$.domains[0].workers[0].after',
    /a list/,
  ],
  [
    'after with a wrong name',
    plan({}, {}, { after: ['A'] }),
    'plan-wrong-name',
    '$.domains[0].workers[0].after[0]',
    /use "a"/,
  ],
  [
    'an empty list for each',
    plan({}, {}, { each: [] }),
    'plan-wrong-value',
    '$.domains[0].workers[0].each',
    /./,
  ],
  ['a number for each', plan({}, {}, { each: 3 }), 'plan-wrong-type', '$.domains[0].workers[0].each', /./],
];

const inWorker = (text: string) => `{"version":1,"domains":[{"id":"d","workers":[{"task":"x"},${text}]}]}`;

describe('repeated keys', () => {
  it.each([
    ['a task', inWorker('{"task":"a","task":"b"}'), ['$.domains[0].workers[1].task']],
    [
      'one written with an escape',
      inWorker('{"task":"a","\\u0074ask":"b"}'),
      ['$.domains[0].workers[1].task'],
    ],
    [
      'domains, and an id in the second',
      '{"version":1,"domains":[],"domains":[{"id":"a","id":"b","workers":[{"task":"x"}]}]}',
      ['$.domains', '$.domains[0].id'],
    ],
    [
      'three times',
      inWorker('{"task":"a","task":"b","task":"c"}'),
      Array(2).fill('$.domains[0].workers[1].task'),
    ],
  ])('%s: reported by path', (_, text, targets) => {
    const problems = problemsOf(text).filter(({ code }) => code === 'plan-duplicate-key');
    expect(problems.map(({ target }) => target)).toEqual(targets);
    for (const { severity, fix } of problems)
      expect({ severity, fix }).toEqual({ severity: 'error', fix: expect.stringContaining('keep one') });
  });

  it('are reported beside the other faults', () => {
    expect(problemsOf(inWorker('{"task":"a","task":1}')).map(({ code }) => code)).toEqual([
      'plan-duplicate-key',
      'plan-wrong-type',
    ]);
  });

  it.each([
    ['in two workers', inWorker('{"task":"task"}')],
    ['in a text', inWorker('{"task":"\\"task\\": {\\"task\\": [}, "}')],
    ['as a value', inWorker('{"task":"id","after":["task","id"],"id":"task"}')],
  ])('are not reported for the same word %s', (_, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it('are found in every document, and no other key is reported', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findDuplicateKeys(text)).toEqual([]);
        expect(findDuplicateKeys(`[${text}, {"k": ${text}, "b": [{}], "k": ${text}}]`)).toEqual([[1, 'k']]);
      }),
    );
  });
});

/** A JSON value whose objects are lists of entries, so that keys may repeat. */
type Entries = { entries: [string, Node][] };
type Node = Entries | Node[] | string | number | boolean | null;

const write = (node: Node): string => {
  if (Array.isArray(node)) return `[ ${node.map(write).join(' ,')}]`;
  if (typeof node !== 'object' || node === null) return JSON.stringify(node);
  return `{${node.entries.map(([key, value]) => `${JSON.stringify(key)} : ${write(value)}`).join(', ')} }`;
};
const repeatedIn = (node: Node, path: (string | number)[]): (string | number)[][] => {
  if (Array.isArray(node)) return node.flatMap((item, index) => repeatedIn(item, [...path, index]));
  if (typeof node !== 'object' || node === null) return [];
  return node.entries.flatMap(([key, value], index) => {
    const isRepeated = node.entries.slice(0, index).some(([earlier]) => earlier === key);
    return [...(isRepeated ? [[...path, key]] : []), ...repeatedIn(value, [...path, key])];
  });
};
const { node: NODE } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(fc.constantFrom<Node>(1, null, true, '"', '{"a', '\\'), fc.string()),
    fc.array(tie('node'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', '"', '\\', '__proto__', ',{'), tie('node')), { maxLength: 4 })
      .map((entries) => ({ entries })),
  ),
}));

describe('findDuplicateKeys', () => {
  it('finds the repeated keys of any document, in the order of its text', () => {
    fc.assert(
      fc.property(NODE, (node) => {
        expect(findDuplicateKeys(write(node))).toEqual(repeatedIn(node, []));
      }),
    );
  });

  it('reads a document of any depth', () => {
    const text = `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`;
    expect(findDuplicateKeys(text)).toEqual([]);
  });
});

describe('a plan that is nested too deeply', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const inTask = (depth: number) => inWorker(`{"task":${nested(depth - 5)},"task":"x"}`);

  it('is checked for repeated keys up to 100 levels', () => {
    expect(problemsOf(inTask(100)).map(({ code }) => code)).toEqual(['plan-duplicate-key']);
  });

  it.each([101, 20_000])('is refused at %i levels, which no plan needs', (depth) => {
    expect(problemsOf(inTask(depth))).toMatchObject([{ code: 'plan-too-deep', target: '$' }]);
  });

  it('is not seen in brackets within a text', () => {
    expect(problemsOf(plan({}, {}, { task: `${'['.repeat(200)}\\"${'{'.repeat(200)}` }))).toEqual([]);
  });
});

describe('readPlan', () => {
  it.each(FAULTS)('names %s', (_, value, code, target, fix) => {
    const problems = problemsOf(value);
    const problem = problems.find((found) => found.target === target);
    expect(problem, JSON.stringify(problems)).toMatchObject({ severity: 'error', code, target });
    expect(problem?.message).not.toBe('');
    expect(problem?.fix).toMatch(fix);
  });

  it.each([
    ['[]', 'the plan must be an object {…}, and is a list'],
    ['null', 'the plan must be an object {…}, and is null'],
    ['{"version":2,"domains":[{"id":"d","workers":[{"task":"x"}]}]}', '$.version must be 1, and is 2'],
    ['{"version":1}', '$.domains is missing'],
    [plan({}, {}, { task: 1 }), '$.domains[0].workers[0].task must be a text, and is 1'],
    [plan({}, {}, { task: '' }), '$.domains[0].workers[0].task is empty'],
    [
      plan({}, {}, { task: 'a'.repeat(8001) }),
      '$.domains[0].workers[0].task has 8001 characters, and 8000 are allowed',
    ],
    [
      plan({}, {}, { task: 'a\u001b' }),
      '$.domains[0].workers[0].task must not contain control characters, and is the text "a\\u001b"',
    ],
    [plan({}, {}, { timeout: 0 }), '$.domains[0].workers[0].timeout must be at least 1, and is 0'],
    [
      plan({}, {}, { timeout: 90_000 }),
      '$.domains[0].workers[0].timeout must be at most 86400, and is 90000',
    ],
    [plan({}, {}, { timeout: 0.5 }), '$.domains[0].workers[0].timeout must be a whole number, and is 0.5'],
    [plan({}, {}, { after: 'a1' }), '$.domains[0].workers[0].after must be a list […], and is the text "a1"'],
    [plan({}, {}, { each: 3 }), '$.domains[0].workers[0].each must be a text or list of texts, and is 3'],
    [plan({}, {}, { each: [] }), '$.domains[0].workers[0].each is empty'],
    [
      plan({}, {}, { model: 'gpt' }),
      '$.domains[0].workers[0].model must be one of haiku, sonnet, opus, fable, and is the text "gpt"',
    ],
    [
      plan({}, {}, { run: 'ls', model: 'opus' }),
      '$.domains[0].workers[0].model must be left out for a command worker (`run`), and is the text "opus"',
    ],
    [plan({ agents: [] }), '$.agents is not a key of a plan'],
  ])('says in a sentence what it wants and what it found: %j', (value, message) => {
    expect(problemsOf(value).map((problem) => problem.message)).toEqual([message]);
  });

  it('suggests a domain id that is short enough', () => {
    expect(problemsOf(plan({}, { id: 'a'.repeat(60) }))[0]?.fix).toBe(`use "${'a'.repeat(48)}"`);
  });

  it('names every fault of a plan at once', () => {
    const problems = problemsOf(plan({ version: 3, extra: 1 }, { id: 'D' }, { model: 'x' }));
    expect(problems.map(({ target }) => target).sort()).toEqual([
      '$.domains[0].id',
      '$.domains[0].workers[0].model',
      '$.extra',
      '$.version',
    ]);
  });

  it('says where JSON breaks off', () => {
    expect(problemsOf('{\n  "version": 1,\n  "domains": [,]\n}')[0]?.message).toMatch(/line 3, column 15: /);
    expect(problemsOf('{"version": 1,\n"domains": [{"id": "x" "workers": []}]}')[0]?.message).toMatch(
      /line 2, column 24: /,
    );
    expect(problemsOf(' ')[0]?.message).toMatch(/empty/);
  });

  it('takes a byte-order mark', () => {
    expect(readPlan(`\uFEFF${JSON.stringify(plan())}`).ok).toBe(true);
  });

  it('answers every text and every document with a plan or with faults that have a path and a fix', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ version: fc.constant(1), domains: fc.array(fc.anything()) })
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(anything, (text) => {
        for (const { code, target, fix, message } of problemsOf(text)) {
          expect(code).toMatch(/^plan-/);
          expect(target).toMatch(/^\$/);
          expect(message).not.toBe('');
          expect(fix).not.toBe('');
        }
      }),
    );
  });
});

describe('a plan in a code fence', () => {
  const text = JSON.stringify(plan(), null, 2);
  it.each([
    ['alone', `\`\`\`json\n${text}\n\`\`\``],
    [
      'with text around it and CRLF',
      `Here is the plan:\n\n~~~\n${text}\n~~~\nDone.\n`.replaceAll('\n', '\r\n'),
    ],
    ['beside a fence of another kind', `\`\`\`sh\nls\n\`\`\`\n\`\`\`json\n${text}\n\`\`\`\n`],
    ['behind a byte-order mark', `\uFEFF\`\`\`json\n${text}\n\`\`\``],
    ['without a fence, with line ends written as a backslash and an n', text.replaceAll('\n', '\\n')],
    [
      'whose line ends are written as a backslash and an n, too',
      `\`\`\`json\\n${text.replaceAll('\n', '\\n')}\\n\`\`\``,
    ],
    ['in a JSON string', JSON.stringify(`\`\`\`json\n${text}\n\`\`\``)],
    ['without a fence, in a JSON string', JSON.stringify(text)],
    ['that is written twice', `\`\`\`json\n${text}\n\`\`\`\nOnce more:\n\`\`\`\n${text}\n\n\`\`\`\n`],
  ])('is read %s', (_, fenced) => {
    const result = readPlan(fenced);
    expect(result.ok && result.value.domains[0]?.workers[0]?.task).toBe('Look');
  });

  it('is refused beside another one with a different object, in words', () => {
    const [problem] = problemsOf(`\`\`\`\n${text}\n\`\`\`\n\`\`\`\n{"version": 1}\n\`\`\``);
    expect(problem?.message).toBe(
      'the text has 2 code fences with different JSON objects, so which one is the plan is not clear',
    );
  });

  it('keeps a backslash and an n inside of its strings', () => {
    const given = '{\\n "version": 1,\\r\\n "domains": [{"id": "d", "workers": [{"task": "One\\nTwo"}]}]}';
    const result = readPlan(given);
    expect(result.ok && result.value.domains[0]?.workers[0]?.task).toBe('One\nTwo');
  });
});
