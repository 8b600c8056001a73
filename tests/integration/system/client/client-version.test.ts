import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readClientVersion } from '../../../../src/system/client/client-version.ts';
import { makeKeptScratch } from '../../../harness/scratch.ts';

describe('the version of the client in a transcript', () => {
  const folder = makeKeptScratch();
  const path = join(folder, 'session.jsonl');
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (...lines: (object | string)[]) => {
    writeFileSync(
      path,
      lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    );
    return readClientVersion(path);
  };

  it('is that of the last line that has one', () => {
    expect(
      read(
        { type: 'user', version: '2.1.329' },
        { type: 'user', version: '2.1.330' },
        { type: 'summary' },
        '{"version": "2.1.33',
      ),
    ).toBe('2.1.330');
  });

  it('is unknown if no line says it, or there is no transcript', () => {
    expect(read({ type: 'user' }, { message: { version: '1.0.0' } })).toBeUndefined();
    expect(read({ version: 'see `rm -rf`' }, { version: 3 })).toBeUndefined();
    expect(readClientVersion(join(path, 'none'))).toBeUndefined();
  });
});
