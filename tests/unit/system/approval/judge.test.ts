import { describe, expect, it } from 'vitest';
import { type ApprovalContext, claimOf, findApprovalFault } from '../../../../src/system/approval/judge.ts';
import {
  type ApprovalBasis,
  type ApprovalPolicy,
  type ApprovalRecord,
  meetsPolicy,
  parseApprovalRecord,
  signedText,
} from '../../../../src/system/approval/record.ts';

const record: ApprovalRecord = {
  run: 'r1',
  project: '/p',
  stage: 'ship',
  action: 'approve',
  hash: 'h1',
  at: '2026-01-01T00:00:00.000Z',
  by: 'ada',
  level: 'terminal',
};
const context = (more: Partial<ApprovalContext> = {}): ApprovalContext => ({
  claim: { run: 'r1', stage: 'ship', action: 'approve', hash: 'h1' },
  project: '/p',
  policy: undefined,
  isSealed: () => true,
  isSigned: () => false,
  ...more,
});

it.each<[string, unknown, Partial<ApprovalContext>, string | undefined]>([
  ['a sealed one counts', record, {}, undefined],
  ['one without a record does not', undefined, {}, 'no-record'],
  ['nor one with a missing field', { ...record, by: undefined }, {}, 'no-record'],
  ['nor one with a field that no signature would cover', { ...record, extra: 'x' }, {}, 'no-record'],
  ['nor one of another run', { ...record, run: 'r2' }, {}, 'other-subject'],
  ['nor one of another project', { ...record, project: '/q' }, {}, 'other-subject'],
  ['nor one of another stage', { ...record, stage: 'architect' }, {}, 'other-subject'],
  ['nor one of the other action', { ...record, action: 'reject' }, {}, 'other-subject'],
  ['nor one of another hash', { ...record, hash: 'h2' }, {}, 'other-subject'],
  ['nor one with another note than its event', { ...record, note: 'x' }, {}, 'other-subject'],
  ['nor one without a seal', record, { isSealed: () => false }, 'no-seal'],
  [
    'a signed one needs no seal',
    { ...record, level: 'signed' },
    { isSealed: () => false, isSigned: () => true },
    undefined,
  ],
  ['but a signature, for which no seal counts', { ...record, level: 'signed' }, {}, 'no-signature'],
  ['one below the policy does not count', record, { policy: 'asked' }, 'below-policy'],
  ['an older ledger names no project', record, { project: undefined }, undefined],
])('%s', (_, value, more, fault) => {
  expect(findApprovalFault(value, context(more))).toBe(fault);
});

const LEVELS: readonly ApprovalBasis[] = ['signed', 'asked', 'terminal', 'unattended', 'config', 'engine'];

it.each<[ApprovalPolicy | undefined, string, string[]]>([
  [undefined, 'ship', ['signed', 'asked', 'terminal', 'unattended', 'config', 'engine']],
  ['terminal', 'ship', ['signed', 'asked', 'terminal']],
  ['asked', 'ship', ['signed', 'asked']],
  ['signed', 'ship', ['signed']],
  ['signed', 'commands', ['signed']],
  ['signed', 'plan', ['signed', 'engine']],
])('the policy %s is met at %s by %j', (policy, stage, levels) => {
  expect(LEVELS.filter((level) => meetsPolicy({ level, stage, action: 'approve' }, policy))).toEqual(levels);
});

it('a rejection opens nothing, so any level is enough for it', () => {
  expect(meetsPolicy({ level: 'terminal', stage: 'ship', action: 'reject' }, 'signed')).toBe(true);
});

describe('the text that is signed', () => {
  it('has every field of the record in a fixed order, also if its keys have another', () => {
    const turned = Object.fromEntries(Object.entries({ ...record, note: 'a\nby: "b"' }).reverse());
    expect(signedText(turned as unknown as ApprovalRecord)).toBe(
      [
        'sao approval 1',
        'run: "r1"',
        'project: "/p"',
        'stage: "ship"',
        'action: "approve"',
        'hash: "h1"',
        'at: "2026-01-01T00:00:00.000Z"',
        'by: "ada"',
        'level: "terminal"',
        'note: "a\\nby: \\"b\\""',
        '',
      ].join('\n'),
    );
  });

  it('is read back from JSON, but for a wrong time', () => {
    expect(parseApprovalRecord(record)).toEqual(record);
    expect(parseApprovalRecord({ ...record, at: 'soon' })).toBeUndefined();
  });
});

it('takes the claim from the event, not from the record', () => {
  expect(claimOf('r', { type: 'gate-rejected', stage: 'ship', hash: 'h', note: 'n' })).toEqual({
    ...{ run: 'r', stage: 'ship', action: 'reject', hash: 'h', note: 'n' },
  });
  expect(claimOf('r', { type: 'conflict-approved', conflict: 'c', hash: 'h', decision: 'flex' })).toEqual({
    ...{ run: 'r', stage: 'conflict/c', action: 'flex', hash: 'h' },
  });
  expect(claimOf('r', { type: 'commands-approved', hash: 'h' }).stage).toBe('commands');
});
