import { spawn } from 'node:child_process';
import { findProgram } from '../system/process/find-program.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Opens an address in the user's browser. Returns false if no program for it, or no screen, was found. */
export function openBrowser(url: string, env: Env): boolean {
  const isMac = process.platform === 'darwin';
  const hasScreen = isMac || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);
  const names = isMac ? ['open'] : ['wslview', 'xdg-open'];
  const program = names.flatMap((name) => findProgram(name, { cwd: '/', env }) ?? [])[0];
  if (!hasScreen || program === undefined) return false;
  const child = spawn(program, [url], { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
  return true;
}
