import { describe, expect, it } from 'vitest';
import { recordSchema } from '../../../../src/memory/recall/record.schema.ts';
import {
  archivedRecord,
  makeMemoryRecord,
  type Origin,
  recordId,
} from '../../../../src/memory/recall/record.ts';

const SECRET = ['gh', 'p_', 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5'].join('');
const origin: Origin = {
  ...{ project: 'shop', role: 'builder', module: 'auth', run: 'r1', agent: 'build-auth' },
  ...{ at: '2026-01-01T00:00:00.000Z', basis: 'merged', recalled: ['a'.repeat(24)] },
};

describe('a record', () => {
  it('is flat, valid, and expires by its kind', () => {
    const record = makeMemoryRecord(
      { kind: 'outcome', title: 'It works', text: 'It does.', asked: ['Does it?'], refs: ['src/a.ts:1'] },
      origin,
    );
    expect(record).toEqual({
      ...{ version: 1, id: recordId('project-shop/builder', { title: 'It works', text: 'It does.' }) },
      ...{
        space: 'project-shop/builder',
        layer: 'session',
        role: 'builder',
        module: 'auth',
        kind: 'outcome',
      },
      ...{ title: 'It works', text: 'It does.', asked: ['Does it?'], refs: ['src/a.ts:1'] },
      ...{ run: 'r1', agent: 'build-auth', at: '2026-01-01T00:00:00.000Z', basis: 'merged' },
      ...{ expires: '2026-04-01T00:00:00.000Z', recalled: ['a'.repeat(24)] },
    });
    expect(recordSchema.parse(record)).toEqual(record);
    expect(Object.values(record).every((value) => typeof value !== 'object' || Array.isArray(value))).toBe(
      true,
    );
  });

  it('has no secret in any field', () => {
    const secret = `key ${SECRET}`;
    const record = makeMemoryRecord(
      { kind: 'decision', title: secret, text: secret, asked: [secret], refs: [secret] },
      { ...origin, project: secret, module: secret, agent: secret },
    );
    expect(JSON.stringify(record)).not.toContain(SECRET.slice(4, 20));
  });

  it('has an id of its space and its words, also in the archive', () => {
    const id = recordId('project-shop/builder', { title: 'A b', text: 'c' });
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    expect(recordId('project-shop/builder', { title: 'a  B', text: '\nc ' })).toBe(id);
    expect(recordId('project-shop/qc', { title: 'A b', text: 'c' })).not.toBe(id);
    const record = makeMemoryRecord(
      { kind: 'decision', title: 'A b', text: 'c', asked: [], refs: [] },
      origin,
    );
    expect(archivedRecord(record)).toEqual({ ...record, layer: 'archive', space: 'project-shop/archive' });
  });
});
