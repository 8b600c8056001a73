import { describe, expect, it } from 'vitest';
import { buildBwrapArguments } from '../../../../src/system/sandbox/bwrap-arguments.ts';
import { arrangeRules, dropNeedlessRules, type PathRule } from '../../../../src/system/sandbox/path-rules.ts';
import { wrapCommand } from '../../../../src/system/sandbox/sandbox.ts';
import { buildSeatbeltProfile } from '../../../../src/system/sandbox/seatbelt-profile.ts';

const readOnly = (path: string): PathRule => ({ path, access: 'read-only' });
const writable = (path: string): PathRule => ({ path, access: 'writable' });
const hidden = (path: string): PathRule => ({ path, access: 'hidden' });
const BASE_PROFILE = [
  '(version 1)',
  '(allow default)',
  '(deny file-write* (subpath "/"))',
  '(allow file-write* (subpath "/dev"))',
  '(deny file-read* file-write* (regex #"^/dev/ttys[0-9]+$"))',
];
const user = { isRoot: false, hasOwnProcesses: false };

describe('buildBwrapArguments', () => {
  it.each<[string, PathRule[], string]>([
    ['no rule', [], ''],
    ['a protected folder at the top', [readOnly('/a')], '--ro-bind /a /a '],
    [
      'a protected folder deeper, where nothing can be renamed',
      [readOnly('/a/b/c')],
      '--ro-bind /a/b/c /a/b/c ',
    ],
    [
      'a protected folder in a writable one: those above it cannot be renamed',
      [readOnly('/a/b/c'), writable('/a')],
      '--bind /a /a --bind /a/b /a/b --ro-bind /a/b/c /a/b/c ',
    ],
    [
      'what is deeper comes later, in any order of the rules',
      [writable('/r/x/tree'), readOnly('/r')],
      '--ro-bind /r /r --bind /r/x/tree /r/x/tree ',
    ],
    [
      'a hidden folder is closed at the end, after the mounts in it',
      [hidden('/s'), readOnly('/s/runs')],
      '--tmpfs /s --ro-bind /s/runs /s/runs --dir /s/.sandbox --remount-ro /s ',
    ],
    [
      'the folder of one file is replaced by its source',
      [readOnly('/r'), { path: '/r/workers', access: 'one-file', name: 'a1.md', source: '/r/outbox/a1' }],
      '--ro-bind /r /r --bind /r/outbox/a1 /r/workers ',
    ],
    [
      'of two rules for one path the later counts',
      [readOnly('/b/auth'), writable('/b/auth')],
      '--bind /b/auth /b/auth ',
    ],
    [
      'a key or a socket is an empty file',
      [{ path: '/h/.ssh/id', access: 'empty' }],
      '--ro-bind /dev/null /h/.ssh/id ',
    ],
    ['a device that the user allows', [writable('/dev/dri')], '--dev-bind /dev/dri /dev/dri '],
  ])('%s', (_, rules, expected) => {
    expect(buildBwrapArguments(rules, user).join(' ')).toBe(`--ro-bind / / --dev /dev ${expected}--`);
  });

  it('takes from root what leads out of the sandbox, and gives programs their own processes', () => {
    expect(buildBwrapArguments([], { isRoot: true, hasOwnProcesses: true }).join(' ')).toBe(
      '--ro-bind / / --dev /dev --unshare-pid --proc /proc --cap-drop ALL --cap-add CAP_CHOWN --cap-add CAP_DAC_OVERRIDE --cap-add CAP_FOWNER --cap-add CAP_FSETID --cap-add CAP_KILL --cap-add CAP_NET_BIND_SERVICE --cap-add CAP_SETGID --cap-add CAP_SETUID --',
    );
  });
});

describe('arrangeRules', () => {
  it('adds no rule for a folder that lies in a protected one', () => {
    expect(arrangeRules([readOnly('/r'), readOnly('/r/a/b')])).toEqual([readOnly('/r'), readOnly('/r/a/b')]);
  });

  it('adds a rule for a folder in a writable one', () => {
    expect(arrangeRules([writable('/w'), readOnly('/w/a/b')])).toEqual([
      writable('/w'),
      writable('/w/a'),
      readOnly('/w/a/b'),
    ]);
  });
});

describe('dropNeedlessRules', () => {
  it.each<[string, PathRule[], PathRule[]]>([
    ['a read-only path, as all is', [readOnly('/usr/bin')], []],
    [
      'a read-only path in another one',
      [writable('/t'), readOnly('/t/h'), readOnly('/t/h/x')],
      [writable('/t'), readOnly('/t/h')],
    ],
    [
      'none in a writable or hidden one',
      [writable('/t'), readOnly('/t/h'), hidden('/s'), readOnly('/s/r')],
      [writable('/t'), readOnly('/t/h'), hidden('/s'), readOnly('/s/r')],
    ],
    [
      'the earlier of two for one path',
      [readOnly('/t'), writable('/t'), readOnly('/t/h')],
      [writable('/t'), readOnly('/t/h')],
    ],
  ])('drops %s', (_, rules, expected) => {
    expect(dropNeedlessRules(rules)).toEqual(expected);
  });
});

describe('buildSeatbeltProfile', () => {
  it('denies and allows in the order of the depth', () => {
    const rules: PathRule[] = [
      hidden('/s'),
      readOnly('/r'),
      { path: '/r/workers', access: 'one-file', name: 'a1.md', source: '/r/outbox/a1' },
      writable('/r/tree'),
    ];
    expect(buildSeatbeltProfile(rules).split('\n')).toEqual([
      ...BASE_PROFILE,
      '(deny file-read* file-write* (subpath "/s"))',
      '(deny file-write* (subpath "/r"))',
      '(deny file-write* (subpath "/r/workers"))',
      '(allow file-write* (regex #"^/r/workers/a1\\.md[^/]*$"))',
      '(allow file-read* file-write* (subpath "/r/tree"))',
      '(deny file-write-unlink (literal "/r/tree"))',
    ]);
  });

  it('quotes a path with quotes', () => {
    expect(buildSeatbeltProfile([readOnly('/a"b\\c')])).toContain('(subpath "/a\\"b\\\\c")');
  });
});

describe('wrapCommand', () => {
  const command = { file: 'npm', args: ['test'], cwd: '/p', env: { A: '1' } };

  it.each([
    [{ kind: 'none', reason: 'x' } as const, ['npm', 'test']],
    [
      { kind: 'bwrap', file: '/usr/bin/bwrap', ...user } as const,
      ['/usr/bin/bwrap', '--ro-bind', '/', '/', '--dev', '/dev', '--', 'npm', 'test'],
    ],
    [
      { kind: 'sandbox-exec', file: '/usr/bin/sandbox-exec' } as const,
      ['/usr/bin/sandbox-exec', '-p', BASE_PROFILE.join('\n'), 'npm', 'test'],
    ],
  ])('%o', (sandbox, argv) => {
    const { file, args, ...place } = wrapCommand(sandbox, [], command);
    expect([file, ...args]).toEqual(argv);
    expect(place).toEqual({ cwd: '/p', env: { A: '1' } });
  });
});
