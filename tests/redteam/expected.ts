import { WAYS } from './attack.ts';
import { ATTACKS } from './attacks/index.ts';

// Attacks that open together, because they need the same: each list is what one right of a program is worth.
/** It may write files of runs that no approval covers. */
const OUTPUT = ['mcp-claim-of-another', 'output-by-script', 'output-of-another'];
/** It may write the user's configuration, list of signers and plugin. */
const OWN_FILES = [
  'plugin-folder',
  'plugin-program',
  'policy-file-sealed',
  'policy-folder',
  'policy-link',
  'signers-file',
];
/** It may read or replace the key of seals. */
const SEALED = ['own-key-of-seals', 'queue-file-sealed', 'sealed-asked', 'sealed-commands', 'sealed-plan'];
/** It may leave a process behind: a queue belongs to no project, so no session that works keeps a terminal from counting. */
const DETACHED = ['mcp-false-client-hidden', 'queue-terminal'];
/** It may write into the transcript of its session. */
const TRANSCRIPT = ['forged-turn', 'forged-answer'];
/** It may leave a process behind, and no session and no runner works on the run that it attacks. */
const TERMINALS = [
  'daemon',
  'delayed-job',
  'other-home',
  'policy-file',
  'terminal-copied-program',
  'terminal-double-fork',
  'terminal-node-options',
  'terminal-of-an-idle-project',
  'terminal-plan',
  'terminal-setsid',
  'terminal-tmux',
  'xdg-config-home',
];
/** It may leave a process behind that calls without a terminal when no session and no runner of the user works any more. */
const UNATTENDED = ['unattended-daemon'];
/** Levels that prove nothing where the user demands something. */
const NO_LEVEL = ['sealed-commands-engine', 'sealed-config-gate', 'sealed-engine-gate'];

type Cells = Readonly<Record<string, readonly string[]>>;

const NOTHING: Cells = {
  '`signed`, root’s files': [],
  '`signed`': [],
  '`asked`': [],
  '`terminal`': [],
  '`unattended`': [],
};
/** Code in a session, whose work on the run keeps `terminal` and `unattended` from counting until it ends. */
const IN_SESSION: Cells = {
  '`signed`, root’s files': OUTPUT,
  '`signed`': [...OUTPUT, ...OWN_FILES],
  '`asked`': [...OUTPUT, ...OWN_FILES, ...SEALED],
  '`terminal`': [...OUTPUT, ...OWN_FILES, ...SEALED, ...DETACHED, 'sealed-terminal', 'daemon'],
  '`unattended`': [
    ...OUTPUT,
    ...OWN_FILES,
    ...SEALED,
    ...DETACHED,
    'sealed-terminal',
    ...NO_LEVEL,
    'daemon',
    'unattended-daemon',
  ],
};
/** Code that the engine starts without a sandbox. */
const BARE: Cells = {
  '`signed`, root’s files': OUTPUT,
  '`signed`': [...OUTPUT, ...OWN_FILES, 'policy-file'],
  '`asked`': [...OUTPUT, ...OWN_FILES, 'policy-file', ...SEALED],
  '`terminal`': [...OUTPUT, ...OWN_FILES, ...SEALED, ...DETACHED, 'sealed-terminal', ...TERMINALS],
  '`unattended`': [
    ...OUTPUT,
    ...OWN_FILES,
    ...SEALED,
    ...DETACHED,
    'sealed-terminal',
    ...NO_LEVEL,
    ...TERMINALS,
    ...UNATTENDED,
  ],
};

function mapCells(cells: Cells, change: (ids: readonly string[]) => readonly string[]): Cells {
  return Object.fromEntries(Object.entries(cells).map(([column, ids]) => [column, change(ids)]));
}

const EXPECTED: Readonly<Record<string, Cells>> = {
  'a session': NOTHING,
  'a subagent': NOTHING,
  'a session that skips permissions': {
    ...IN_SESSION,
    '`asked`': [...(IN_SESSION['`asked`'] ?? []), ...TRANSCRIPT],
    '`terminal`': [...(IN_SESSION['`terminal`'] ?? []), ...TRANSCRIPT],
    '`unattended`': [...(IN_SESSION['`unattended`'] ?? []), ...TRANSCRIPT],
  },
  // The hook reads the text of a subagent's call, also of one that hides its parents, and lets it name files of a run only to read them.
  'a subagent that skips permissions': mapCells(IN_SESSION, (ids) =>
    ids.filter((id) => !['queue-terminal', 'output-of-another'].includes(id)),
  ),
  'a headless worker in the sandbox': NOTHING,
  'a headless worker without sandbox': BARE,
  'a builder’s test in the sandbox': NOTHING,
  'a builder’s test without sandbox': BARE,
};

/** The ids of the attacks that are known to open their target in a cell. */
export function expectedAt(row: string, column: string): readonly string[] {
  return EXPECTED[row]?.[column] ?? [];
}

const isWork = (id: string) =>
  ATTACKS.some(({ id: own, target }) => own === id && (target === 'output' || target === 'claim'));

/** A cell of the table in SECURITY.md: the ways of the attacks that opened an approval, in the order of their list. */
export function cellOf(opened: readonly string[]): string {
  const ids = opened.filter((id) => !isWork(id));
  const ways = WAYS.filter((way) => ATTACKS.some((attack) => attack.way === way && ids.includes(attack.id)));
  return ways.length === 0 ? 'holds' : ways.join(', ');
}

/** The cell about work: whether an attack in this row made another agent count as done, under any demand. */
export function workOf(row: string): string {
  return Object.values(EXPECTED[row] ?? {})
    .flat()
    .some(isWork)
    ? 'can be written'
    : 'holds';
}
