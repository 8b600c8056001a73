import type { SandboxSetting } from '../run/ledger/config.io.ts';
import type { Diagnostic } from '../system/result.ts';
import type { Sandbox } from '../system/sandbox/sandbox.ts';

/** One line of `sao doctor`. `fail`: sao does not work without it. */
export interface Checkup {
  check:
    | 'node'
    | 'git'
    | 'claude'
    | 'hooks'
    | 'runs'
    | 'ledger'
    | 'orphans'
    | 'limits'
    | 'config'
    | 'sandbox'
    | 'bundle'
    | 'nested'
    // Checks for builds only.
    | 'tokens'
    | 'author'
    | 'signing'
    | 'commit'
    | 'branch'
    | 'upstream'
    | 'sparse'
    | 'submodules'
    | 'lfs';
  level: 'ok' | 'warn' | 'fail';
  message: string;
  fix?: string;
}

/** `setting`: what the user's configuration says about the sandbox of agents' code. */
export function judgeSandbox(sandbox: Sandbox, setting: SandboxSetting): Checkup {
  if (sandbox.kind !== 'none')
    return { check: 'sandbox', level: 'ok', message: `agents' code runs in a sandbox (${sandbox.kind})` };
  const { reason, fix } = sandbox;
  const message = `headless agents, tests and commands run without a sandbox: ${reason}`;
  if (setting === 'off') return { check: 'sandbox', level: 'warn', message };
  return {
    check: 'sandbox',
    level: setting === 'on' ? 'fail' : 'warn',
    message,
    ...(fix === undefined ? {} : { fix }),
  };
}

export type VersionAnswer = { version: string } | { reason: string };

const MIN_NODE_MAJOR = 20;
/** The first git that predicts a merge without touching a checkout (`merge-tree --write-tree`). */
const MIN_GIT_VERSION = '2.38';
const MIB = 1024 * 1024;

export function judgeNode(version: string): Checkup {
  const message = `node ${version}`;
  if (isVersionAtLeast(version, String(MIN_NODE_MAJOR))) return { check: 'node', level: 'ok', message };
  return {
    check: 'node',
    level: 'fail',
    message,
    fix: `install Node ${MIN_NODE_MAJOR} or newer (https://nodejs.org)`,
  };
}

export function judgeGit(answer: VersionAnswer): Checkup {
  if ('reason' in answer)
    return {
      check: 'git',
      level: 'fail',
      message: answer.reason,
      fix: `install git ${MIN_GIT_VERSION} or newer`,
    };
  const message = `git ${answer.version}`;
  if (isVersionAtLeast(answer.version, MIN_GIT_VERSION)) return { check: 'git', level: 'ok', message };
  return {
    check: 'git',
    level: 'fail',
    message,
    fix: `update git to ${MIN_GIT_VERSION} or newer: merges are predicted with it`,
  };
}

export function judgeClaude(answer: VersionAnswer): Checkup {
  if ('version' in answer) return { check: 'claude', level: 'ok', message: `claude ${answer.version}` };
  const fix = 'install Claude Code, or run another agent program with `sao run --driver command`';
  return { check: 'claude', level: 'warn', message: answer.reason, fix };
}

/** `seen`: the newest run in which a hook ran; `runs`: how many runs were checked. */
export function judgeHooks(seen: string | undefined, runs: number): Checkup {
  if (seen !== undefined) return { check: 'hooks', level: 'ok', message: `hooks ran in run ${seen}` };
  return {
    check: 'hooks',
    level: 'warn',
    message: `no hook ran in ${runs === 0 ? 'any run yet' : runs === 1 ? 'the newest run' : `the newest ${runs} runs`}`,
    fix: 'start a run with /scaled-agent-orchestration in a session, then run `sao doctor` again; `/hooks` lists the hooks that the client has loaded',
  };
}

/** Number of warnings of one kind that are printed. */
const MAX_SHOWN_ORPHANS = 20;

/** One warning for each part of a run that is left without the others. */
export function judgeOrphans(found: readonly Diagnostic[]): Checkup[] {
  const shown = found.slice(0, MAX_SHOWN_ORPHANS).map(({ message, fix }): Checkup => {
    return { check: 'orphans', level: 'warn', message, ...(fix === undefined ? {} : { fix }) };
  });
  const more = found.length - shown.length;
  return more === 0 ? shown : [...shown, { check: 'orphans', level: 'warn', message: `… and ${more} more` }];
}

/** One warning for each damaged ledger of recent runs. */
export function judgeLedgers(found: readonly Diagnostic[]): Checkup[] {
  return found.map(({ message, fix }) => ({
    check: 'ledger',
    level: 'warn',
    message,
    ...(fix === undefined ? {} : { fix }),
  }));
}

/** Checks the free space (bytes) on the disk of the runs root. */
export function judgeSpace(root: string, freeBytes: number): Checkup {
  const message = `${root} is private and writable, ${formatBytes(freeBytes)} free`;
  if (freeBytes >= 512 * MIB) return { check: 'runs', level: 'ok', message };
  const fix = 'free some space (`df -h`), remove old runs (`sao clean --older-than 7d`), or set SAO_RUNS_DIR';
  return { check: 'runs', level: freeBytes < 16 * MIB ? 'fail' : 'warn', message, fix };
}

export function judgeBundle(answer: VersionAnswer, expected: string): Checkup {
  if ('version' in answer && answer.version === expected)
    return { check: 'bundle', level: 'ok', message: `bin/sao ${expected}` };
  const message =
    'reason' in answer ? answer.reason : `bin/sao is ${answer.version}, package.json has ${expected}`;
  return { check: 'bundle', level: 'fail', message, fix: 'run `npm run build`, or install the plugin again' };
}

/** Whether `version` is at least `least`, compared part by part. A part that is not a number counts as 0. */
export function isVersionAtLeast(version: string, least: string): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  for (const [index, part] of least.split('.').map(Number).entries()) {
    const own = parts[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

function formatBytes(bytes: number): string {
  return bytes >= 1024 * MIB ? `${(bytes / 1024 / MIB).toFixed(1)} GiB` : `${Math.round(bytes / MIB)} MiB`;
}
