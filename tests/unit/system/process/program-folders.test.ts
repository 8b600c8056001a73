import { describe, expect, it } from 'vitest';
import {
  distrustFolders,
  listUserFolders,
  pathOfEngine,
} from '../../../../src/system/process/program-folders.ts';

describe('listUserFolders', () => {
  it.each([
    ['/usr/bin:/bin', ['/p'], ['/usr/bin', '/bin']],
    ['./tools::/usr/bin:node_modules/.bin', ['/p'], ['/usr/bin']],
    ['/p/bin:/pq/bin:/p', ['/p'], ['/pq/bin']],
    ['/home/ada/node_modules/.bin:/usr/bin', ['/p'], ['/usr/bin']],
    ['/usr/bin', ['/'], ['/usr/bin']],
    [undefined, ['/p'], []],
  ])('%s without %j', (path, projects, expected) => {
    expect(listUserFolders(path, projects)).toEqual(expected);
  });
});

it('leaves out of PATH what lies in the project or in a distrusted folder', () => {
  const path = `/elsewhere/bin:${process.cwd()}/bin:/usr/bin`;
  expect(pathOfEngine(path)).toBe('/elsewhere/bin:/usr/bin');
  distrustFolders(['/elsewhere']);
  expect(pathOfEngine(path)).toBe('/usr/bin');
});
