import { SANDBOX_SIGN } from '../process/inside-sandbox.ts';
import { arrangeRules, type PathRule } from './path-rules.ts';

/** What bubblewrap can do for this user on this machine. */
export interface BwrapTraits {
  /** The user is root: the programs keep only the capabilities that ordinary work needs. */
  isRoot: boolean;
  /** The programs get a process table of their own: they see no process outside, and end with the first of them. */
  hasOwnProcesses: boolean;
}

// With CAP_SYS_ADMIN root could mount what is hidden, with CAP_SYS_PTRACE use another process's view of the files, with CAP_DAC_READ_SEARCH open files
// by their number, and with CAP_MKNOD read the disk itself.
const KEPT_CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_NET_BIND_SERVICE',
  'CAP_SETGID',
  'CAP_SETUID',
];

/** The arguments of bubblewrap for these traits alone; the program follows. */
export function buildBaseArguments({ isRoot, hasOwnProcesses }: BwrapTraits): string[] {
  return [
    // A /dev of its own has no terminal of the user.
    ...['--ro-bind', '/', '/', '--dev', '/dev'],
    ...(hasOwnProcesses ? ['--unshare-pid', '--proc', '/proc'] : []),
    ...(isRoot
      ? ['--cap-drop', 'ALL', ...KEPT_CAPABILITIES.flatMap((capability) => ['--cap-add', capability])]
      : []),
  ];
}

/**
 * The arguments of bubblewrap that put these rules in force; `--` and the program follow. There is no `--die-with-parent`: it kills without the
 * time that a program gets to end in order, and the guard (../process/guard.ts) ends the programs of a killed runner.
 */
export function buildBwrapArguments(rules: readonly PathRule[], traits: BwrapTraits): string[] {
  const arranged = arrangeRules(rules);
  const hidden = arranged.filter(({ access }) => access === 'hidden');
  return [
    ...buildBaseArguments(traits),
    ...arranged.flatMap(mount),
    // At the end: the mounts below a hidden folder need a place in it.
    ...hidden.flatMap(({ path }) => ['--dir', `${path}/${SANDBOX_SIGN}`, '--remount-ro', path]),
    '--',
  ];
}

function mount(rule: PathRule): string[] {
  switch (rule.access) {
    case 'read-only':
      return ['--ro-bind', rule.path, rule.path];
    case 'writable':
      return [rule.path.startsWith('/dev/') ? '--dev-bind' : '--bind', rule.path, rule.path];
    case 'empty':
      return ['--ro-bind', '/dev/null', rule.path];
    case 'hidden':
      return ['--tmpfs', rule.path];
    case 'one-file':
      return ['--bind', rule.source, rule.path];
  }
}
