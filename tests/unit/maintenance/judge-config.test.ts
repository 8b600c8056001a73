import { expect, it } from 'vitest';
import { type ConfigFacts, judgeUserConfig } from '../../../src/maintenance/judge-config.ts';

const PATH = '/home/ada/.config/sao/config.json';
const own = { isRegular: true, owner: 1000, mode: 0o100600 };
const folder = { owner: 1000, mode: 0o40700 };
const facts: ConfigFacts = { path: PATH, user: 1000, file: own, folder };

it.each<[string, ConfigFacts, string[]]>([
  ['a private file is fine', facts, ['ok']],
  ['so is a missing one', { path: PATH, user: 1000 }, ['ok']],
  ['and one of root', { ...facts, file: { ...own, owner: 0 } }, ['ok']],
  ['one of another user is not', { ...facts, file: { ...own, owner: 1001 } }, ['fail']],
  ['one that the group can write is doubtful', { ...facts, file: { ...own, mode: 0o100620 } }, ['warn']],
  ['one that all can write is not', { ...facts, file: { ...own, mode: 0o100666 } }, ['fail']],
  ['nor one in a folder that all can write', { ...facts, folder: { ...folder, mode: 0o40777 } }, ['fail']],
  ['nor a named pipe', { ...facts, file: { ...own, isRegular: false } }, ['fail']],
  ['nor one that is not valid', { ...facts, fault: { message: 'wrong', fix: 'correct it' } }, ['fail']],
  ['another one than in sessions is doubtful', { ...facts, inSessions: '/other' }, ['warn']],
])('%s', (_, given, levels) => {
  expect(judgeUserConfig(given).map(({ level }) => level)).toEqual(levels);
});
