import { describe, expect, it } from 'vitest';
import { findHumanCall } from '../../../../src/session/hooks/answers.ts';
import { parsePlainCall } from '../../../../src/session/hooks/shell.ts';

const RUN = '20260101-120000-0a1b2c3d';
const find = (command: string) => findHumanCall(command, parsePlainCall(command));

describe('a call that gives a human’s answer', () => {
  it.each([
    ['sao gate approve architect', { about: 'gate', action: 'approve', stages: ['architect'] }],
    [`sao gate approve 6 ${RUN}`, { action: 'approve', stages: ['ship'], run: RUN }],
    [
      `sao gate reject --note 'ship it later' 1 ${RUN} --json`,
      { action: 'reject', stages: ['architect'], run: RUN },
    ],
    [
      `sao gate --runs-dir /r approve ship ${RUN}`,
      { action: 'approve', stages: ['ship'], run: RUN, runsDir: '/r' },
    ],
    ['sao gate approve ship --runs-dir=/r', { stages: ['ship'], runsDir: '/r', run: undefined }],
    ['sao gate approve', { action: 'approve', stages: [] }],
    ['sao conflict resolve auth-tokens', { about: 'conflict' }],
  ])('is read from %s', (command, expected) => {
    expect(find(command)).toMatchObject(expected);
  });

  it.each([
    'sao next && sao gate approve architect',
    'X=sao; $X gate approve architect',
    'A=approve; sao gate $A architect',
    'SAO_APPROVAL=mine sao gate approve architect',
    'sh -c "sao gate approve architect"',
    'sao gate approve architect; rm -rf x',
  ])('is found in %s, where it cannot be told what it does', (command) => {
    expect(find(command)).toMatchObject({ about: 'gate', action: undefined, stages: ['architect'] });
  });

  it('may be about every gate where none is named', () => {
    expect(find(`X=sao; $X gate approve $STAGE ${RUN}`)).toMatchObject({
      stages: ['architect', 'ship'],
      run: RUN,
    });
    expect(find('echo y | sao conflict resolve x')).toMatchObject({ about: 'conflict' });
  });

  it.each([
    'sao gate list',
    'sao gate show architect',
    "sao init --task 'a gate to approve'",
    'sao conflict list',
    'sao run',
    'ls',
  ])('is nothing that %s is', (command) => {
    expect(find(command)).toBeUndefined();
  });
});
