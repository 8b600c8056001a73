import type { Arena } from './arena.ts';
import { openBuildTest, type PreparedBuild } from './callers/build-test.ts';
import type { Caller } from './callers/caller.ts';
import { openHeadlessWorker } from './callers/headless.ts';
import { openSession } from './callers/session.ts';

/** What an attack runs in: one row of the table in SECURITY.md. */
export interface Row {
  title: string;
  sandbox: 'auto' | 'off';
  /** Agents' code cannot reach what decides about runs. */
  isConfined: boolean;
  /** The human refuses what the client asks about, which is nearly every call. */
  isRefused: boolean;
  /** The columns of the short form. */
  short: readonly string[];
  open(arena: Arena, session: string, build?: PreparedBuild): Promise<Caller>;
}

const ROOT = '`signed`, root’s files';
const ASKED = '`asked`';

const session = (title: string, isAgent: boolean, skipsPermissions: boolean): Row => ({
  title,
  // The client starts its agents itself: no sandbox of `sao` is around them.
  sandbox: 'auto',
  isConfined: false,
  isRefused: !skipsPermissions,
  short: skipsPermissions ? [ROOT] : [],
  open: (arena, id) => openSession(arena, id, { isAgent, skipsPermissions }),
});
const openTest: Row['open'] = (arena, _, build) => {
  if (build === undefined) throw new Error('no build was prepared');
  return openBuildTest(arena, build);
};

export const SESSIONS: readonly Row[] = [
  session('a session', false, false),
  session('a subagent', true, false),
  session('a session that skips permissions', false, true),
  session('a subagent that skips permissions', true, true),
];
export const WORKERS: readonly Row[] = [
  {
    title: 'a headless worker in the sandbox',
    sandbox: 'auto',
    isConfined: true,
    isRefused: false,
    short: [ASKED],
    open: openHeadlessWorker,
  },
  {
    title: 'a headless worker without sandbox',
    sandbox: 'off',
    isConfined: false,
    isRefused: false,
    short: [ROOT],
    open: openHeadlessWorker,
  },
];
export const TESTS: readonly Row[] = [
  {
    title: 'a builder’s test in the sandbox',
    sandbox: 'auto',
    isConfined: true,
    isRefused: false,
    short: [ASKED],
    open: openTest,
  },
  {
    title: 'a builder’s test without sandbox',
    sandbox: 'off',
    isConfined: false,
    isRefused: false,
    short: [ROOT],
    open: openTest,
  },
];
