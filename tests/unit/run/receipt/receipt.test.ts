import { describe, expect, it } from 'vitest';
import { buildReceipt, digestOf, type Receipt } from '../../../../src/run/receipt/receipt.ts';
import {
  checkSignatures,
  compareDocuments,
  findChangedOutputs,
  findForeignApprovals,
  findReceiptFaults,
  parseReceipt,
} from '../../../../src/run/receipt/verify-receipt.ts';

const AT = '2026-01-02T03:04:05.000Z';
const line = (event: object) => JSON.stringify({ v: 1, at: AT, ...event });
const APPROVAL = { type: 'gate-approved', stage: 'ship', hash: 'c0ffee', by: 'shell', who: 'ada' };
const LINES = [
  line({ type: 'run-created', mode: 'build', task: 'Build a shop' }),
  line({ type: 'plan-accepted', hash: 'abc', workers: 1, coordinators: 0, waves: 1 }),
  line({ type: 'plan-confirmed', by: 'session', seal: 'f'.repeat(64) }),
  line({ type: 'shipped', base: 'main', commit: 'a'.repeat(40) }),
  line({ ...APPROVAL, seal: 'e'.repeat(64) }),
];
const DOCUMENT = { path: 'workers/a1.md', bytes: 12, sha256: '1'.repeat(64) };

const make = (lines: readonly string[] = LINES, run = '20260102-030405-0a1b2c3d', unproved: number[] = []) =>
  buildReceipt({
    run,
    created: AT,
    versions: { sao: '0.1.0', node: '20.12.0' },
    documents: [DOCUMENT],
    unproved,
    sealKey: 'k1',
    lines,
  });

/** The receipt after a change of its parts; `again` makes its digest anew, as one who tampers would. */
function tampered(change: (receipt: Receipt) => unknown, again = false): Receipt {
  const receipt = structuredClone(make());
  change(receipt);
  return again ? { ...receipt, digest: digestOf(receipt) } : receipt;
}

describe('a receipt', () => {
  it('holds the approvals with their level and the commits', () => {
    const { approvals, commits, head } = make();
    expect(approvals).toEqual([
      {
        event: 3,
        type: 'plan-confirmed',
        at: AT,
        run: null,
        hash: null,
        by: 'session',
        who: null,
        level: 'asked',
        signature: null,
      },
      {
        event: 5,
        type: 'gate-approved',
        at: AT,
        run: null,
        hash: 'c0ffee',
        by: 'shell',
        who: 'ada',
        level: 'terminal',
        signature: null,
      },
    ]);
    expect(commits).toEqual([{ event: 4, type: 'shipped', commit: 'a'.repeat(40) }]);
    expect(head.events).toBe(5);
    expect(findReceiptFaults(make())).toEqual([]);
  });

  it('of the same lines in another run has another chain', () => {
    expect(make(LINES, '20260102-030405-ffffffff').head.chain).not.toBe(make().head.chain);
  });

  const TAMPERED: [what: string, change: (receipt: Receipt) => unknown, fault: RegExp][] = [
    [
      'a changed byte',
      ({ events }) => Object.assign(events[1] ?? {}, { line: events[1]?.line.replace('abc', 'abd') }),
      /^event 2 was changed/,
    ],
    ['a missing event', ({ events }) => events.splice(1, 1), /^event 2 is missing$/],
    ['two missing events', ({ events }) => events.splice(1, 2), /^events 2 to 3 are missing$/],
    ['a missing last event', ({ events }) => events.pop(), /^event 5 is missing$/],
    ['no events', ({ events }) => events.splice(0), /^events 1 to 5 are missing$/],
    [
      'a missing event with new numbers',
      ({ events }) => {
        events.splice(1, 1);
        for (const [index, event] of events.entries()) event.n = index + 1;
      },
      /^event 2 was changed, or an event before it is missing \(plan-confirmed\)$/,
    ],
    [
      'an approval that is added',
      ({ events }) => events.push({ n: 6, line: line({ ...APPROVAL, who: 'eve' }), chain: 'f'.repeat(64) }),
      /^event 6 \(gate-approved\) is an approval that the receipt was not made with$/,
    ],
    [
      'a listed approval without an event',
      ({ approvals }) => Object.assign(approvals[1] ?? {}, { who: 'eve' }),
      /^the listed approval 5/,
    ],
    [
      'another commit',
      ({ commits }) => Object.assign(commits[0] ?? {}, { commit: 'b'.repeat(40) }),
      /^the list of commits/,
    ],
  ];

  it.each(TAMPERED)('names %s', (_, change, fault) => {
    for (const again of [false, true])
      expect(findReceiptFaults(tampered(change, again)).filter((text) => fault.test(text))).toHaveLength(1);
  });

  it.each<[string, (receipt: Receipt) => unknown]>([
    [
      'another hash of a document',
      ({ documents }) => Object.assign(documents[0] ?? {}, { sha256: '2'.repeat(64) }),
    ],
    ['another version', ({ versions }) => Object.assign(versions, { sao: '9.9.9' })],
    ['another time', (receipt) => Object.assign(receipt, { created: '2027-01-01T00:00:00.000Z' })],
  ])('with %s does not have its digest', (_, change) => {
    expect(findReceiptFaults(tampered(change))).toEqual([
      'the receipt was changed after it was made: its digest is not that of its parts',
    ]);
    // Without a signature of the file, a new digest hides the change.
    expect(findReceiptFaults(tampered(change, true))).toEqual([]);
  });

  it('names an approval whose record is of another run', () => {
    const approval = { run: 'other', hash: 'c0ffee', by: 'ada', level: 'signed' };
    const receipt = make([...LINES.slice(0, 4), line({ ...APPROVAL, approval, signature: 'SSH' })]);
    expect(receipt.approvals[1]).toMatchObject({
      run: 'other',
      who: 'ada',
      level: 'signed',
      signature: 'SSH',
    });
    expect(findReceiptFaults(receipt)).toEqual([
      'event 5 (gate-approved) is a foreign approval: its record is of the run other',
    ]);
  });

  it('names an approval that had no valid seal when it was made', () => {
    expect(findReceiptFaults(make(LINES, undefined, [5]))).toEqual([
      'event 5 (gate-approved) is an approval that the run does not count: it is not proved for this run, or was used before',
    ]);
  });

  it('names an approval whose seal does not hold, where the key is', () => {
    expect(findForeignApprovals(make(), (text) => text.includes('plan-confirmed'))).toEqual([
      'event 5 (gate-approved) is an approval that the run does not count: it is not proved for this run, or was used before',
    ]);
    expect(findForeignApprovals(make(), () => true)).toEqual([]);
  });
});

describe('compareDocuments', () => {
  it.each<[string, Parameters<typeof compareDocuments>[1], string[]]>([
    ['the same file', () => DOCUMENT, []],
    [
      'a changed file',
      () => ({ ...DOCUMENT, sha256: '2'.repeat(64) }),
      ['workers/a1.md was changed (12 bytes)'],
    ],
    ['no file', () => undefined, ['workers/a1.md is missing']],
  ])('with %s', (_, read, faults) => {
    expect(compareDocuments([DOCUMENT], read)).toEqual(faults);
  });

  it.each(['../../etc/passwd', '/etc/passwd', 'workers/../../x', '..'])(
    'reads nothing outside: %s',
    (path) => {
      const faults = compareDocuments([{ ...DOCUMENT, path }], () => expect.fail('was read'));
      expect(faults).toEqual([`${path} is no path of a run directory`]);
    },
  );
});

describe('parseReceipt', () => {
  it.each([
    ['', 'it is empty'],
    ['{', 'it is not valid JSON'],
    ['null', 'it does not say that it is a receipt of sao'],
    ['{"kind":"sao-receipt","version":2}', 'its version is 2, and this sao reads 1'],
    ['{"kind":"sao-receipt","version":1,"run":"x"}', 'parts of it are missing'],
    [
      '{"kind":"sao-receipt","version":1,"run":"x","digest":"","head":{"chain":""},"events":[null],"documents":[],"approvals":[],"commits":[],"unproved":[]}',
      'parts of it are missing',
    ],
  ])('refuses %s', (text, why) => {
    const parsed = parseReceipt(text, 'r.json');
    expect(parsed.ok ? '' : parsed.diagnostics[0]?.message).toBe(
      `r.json is not a receipt that can be checked: ${why}`,
    );
  });

  it('reads what buildReceipt made', () => {
    expect(parseReceipt(`${JSON.stringify(make())}\n`, 'r.json')).toMatchObject({ ok: true, value: make() });
  });
});

describe('the versions of the client in a receipt', () => {
  const seen = (version: string) => line({ type: 'client-seen', version, by: 'runner' });

  it('are those that the events name, each once', () => {
    expect(make().versions.client).toBe(null);
    const receipt = make([...LINES, seen('2.1.329'), seen('2.1.330'), seen('2.1.329')]);
    expect(receipt.versions).toEqual({ sao: '0.1.0', node: '20.12.0', client: '2.1.329, 2.1.330' });
    expect(findReceiptFaults(receipt)).toEqual([]);
  });

  it('are compared with the events', () => {
    const receipt = tampered(({ versions }) => {
      versions.client = '9.9.9';
    }, true);
    expect(findReceiptFaults(receipt)).toEqual(['the versions of the client are not those of the events']);
  });
});

describe('the signatures of approvals', () => {
  const RUN = '20260102-030405-0a1b2c3d';
  const approval = {
    ...{ run: RUN, project: '/p', stage: 'ship', action: 'approve', hash: 'c0ffee', at: AT },
    ...{ by: 'ada', level: 'signed' },
  };
  const signed = (change: object = {}, event: object = {}) =>
    make([
      ...LINES,
      line({
        ...{ type: 'gate-approved', stage: 'ship', hash: 'c0ffee', signature: 'ok', ...event },
        approval: { ...approval, ...change },
      }),
    ]);
  const findSigner = (text: string, signature: string) =>
    signature === 'ok' && text.includes('"c0ffee"') ? 'ada' : undefined;

  it('name their signers; approvals of other levels have none', () => {
    expect(checkSignatures(signed(), findSigner)).toEqual({
      signed: [{ event: 6, signer: 'ada' }],
      faults: [],
    });
    expect(checkSignatures(make(), findSigner)).toEqual({ signed: [], faults: [] });
  });

  it.each([
    [
      'a signature that does not verify',
      {},
      { signature: 'bad' },
      'its signature is not valid, or of a key that the list does not name',
    ],
    [
      'no signature',
      {},
      { signature: undefined },
      'its signature is not valid, or of a key that the list does not name',
    ],
    [
      'a record of another run',
      { run: 'other' },
      {},
      'its signed record is about something else than the event',
    ],
    [
      'an event of another stage',
      {},
      { stage: 'architect' },
      'its signed record is about something else than the event',
    ],
    ['a record with a part missing', { by: undefined }, {}, 'its record is not complete'],
  ])('%s is a fault', (_, change, event, why) => {
    expect(checkSignatures(signed(change, event), findSigner)).toEqual({
      signed: [],
      faults: [`event 6 (gate-approved): ${why}`],
    });
  });
});

it.each<[string, (text: string) => string]>([
  ['an added key', (text) => text.replace('{"version"', '{"added":1,"version"')],
  ['an earlier key of the same name', (text) => text.replace('{"version"', '{"events":[],"version"')],
  ['a blank', (text) => text.replace('{"version"', '{ "version"')],
  ['a line end more', (text) => `${text}\n`],
  ['no line end', (text) => text.trimEnd()],
])('a receipt with %s is refused', (_, change) => {
  const text = `${JSON.stringify(make())}\n`;
  expect(parseReceipt(text, 'r.json').ok).toBe(true);
  expect(change(text)).not.toBe(text);
  expect(parseReceipt(change(text), 'r.json').ok).toBe(false);
});

describe('an accepted output of a receipt', () => {
  const END = { type: 'returned', attempt: 1, verdict: 'done', chars: 4, line: 'Done' };
  const returned = (agent: string, outputHash?: string) =>
    line({ ...END, agent, ...(outputHash && { outputHash }) });
  const changesOf = (lines: string[], documents: [path: string, sha256: string][]) =>
    findChangedOutputs({
      events: lines.map((text, index) => ({ n: index + 1, line: text, chain: '' })),
      documents: documents.map(([path, sha256]) => ({ path, bytes: 1, sha256 })),
    }).map(({ agent, event, path }) => [agent, event, path]);

  it.each<[string, string[], [string, string][], unknown[]]>([
    ['is as it was', [returned('a1', 'x')], [['workers/a1.md', 'x']], []],
    ['has other content', [returned('a1', 'x')], [['workers/a1.md', 'y']], [['a1', 1, 'workers/a1.md']]],
    [
      'is gone, and another agent has the same',
      [returned('a1', 'x')],
      [['workers/a2.md', 'x']],
      [['a1', 1, undefined]],
    ],
    ['is a builder’s', [returned('pay', 'x')], [['builds/pay.md', 'y']], [['pay', 1, 'builds/pay.md']]],
    ['is a coordinator’s', [returned('coord-d1', 'x')], [['synthesis/d1.md', 'x']], []],
    ['was not accepted', [returned('a1')], [['workers/a1.md', 'y']], []],
    ['was accepted again', [returned('a1', 'x'), returned('a1', 'y')], [['workers/a1.md', 'y']], []],
    ['was not accepted again', [returned('a1', 'x'), returned('a1')], [['workers/a1.md', 'y']], []],
    [
      'belongs to an attempt before the present one',
      [returned('a1', 'x'), line({ type: 'dispatched', agent: 'a1', attempt: 2, driver: 'agent', wave: 1 })],
      [],
      [],
    ],
  ])('%s', (_, lines, documents, expected) => {
    expect(changesOf(lines, documents)).toEqual(expected);
  });
});
