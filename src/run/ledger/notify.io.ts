import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCommand } from '../../system/command-line.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { findProgram } from '../../system/process/find-program.ts';
import { type Diagnostic, warn } from '../../system/result.ts';
import { configPath, readUserConfig } from './config.io.ts';
import type { Notice } from './notice.ts';

/** File in a run directory that says why the program `notify` failed the last time. */
const NOTIFY_FAULT_FILE = 'notify-failed.txt';

/** Variables of the environment that the program gets: enough to reach the user's desktop, and nothing that runs code. */
const PASSED = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TERM', 'TMPDIR'],
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR'],
];

/**
 * Starts the user's program `notify` with a notice on its standard input, and does not wait for it. Without such a program nothing happens. A failure is
 * written beside the ledger, for `sao status`; it never stops the caller. `folder`: where that file is written; undefined: nowhere.
 */
export function sendNotice(folder: string | undefined, notice: Notice): void {
  try {
    start(folder, notice);
  } catch (error) {
    recordFault(folder, error instanceof Error ? error.message : String(error));
  }
}

function start(folder: string | undefined, notice: Notice): void {
  const config = readUserConfig(process.env);
  const line = config.ok ? config.value.notify : undefined;
  if (line === undefined) return;
  const parsed = parseCommand(line, 'notify');
  if (!parsed.ok) {
    recordFault(folder, parsed.diagnostics[0]?.message ?? line);
    return;
  }
  const [file = '', ...args] = parsed.value;
  const env = Object.fromEntries(PASSED.map((name) => [name, process.env[name]]));
  const program = findProgram(file, { cwd: '/', env });
  if (program === undefined) {
    recordFault(folder, `${file} was not found, or is not executable`);
    return;
  }
  const child = spawn(program, args, { cwd: '/', env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.on('error', (error) => recordFault(folder, error.message));
  child.on(
    'exit',
    (code) => code !== 0 && code !== null && recordFault(folder, `${file} ended with code ${code}`),
  );
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${JSON.stringify(notice)}\n`);
  child.unref();
}

function recordFault(folder: string | undefined, reason: string): void {
  if (folder === undefined) return;
  try {
    writeFileSync(join(folder, NOTIFY_FAULT_FILE), `${reason.slice(0, 500)}\n`, { mode: 0o600 });
  } catch {
    // A notice is a courtesy: without it the run goes on.
  }
}

/** A warning if the program `notify` failed for this run the last time. */
export function warnOfNotify(dir: string): Diagnostic[] {
  const reason = readWithoutLink(join(dir, NOTIFY_FAULT_FILE));
  if (reason === undefined) return [];
  return [
    warn('notify-failed', `the program notify failed: ${reason.trim().slice(0, 300)}`, {
      target: configPath(process.env),
      fix: `correct notify in ${configPath(process.env)}, then remove ${join(dir, NOTIFY_FAULT_FILE)}`,
    }),
  ];
}
