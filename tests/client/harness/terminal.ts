import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { requireClient } from './binary.ts';
import type { ClientOptions } from './client.ts';
import { clientEnv } from './sandbox.ts';

const TERMINAL = resolve(import.meta.dirname, '../../harness/terminal.py');
const SIZE = 'stty rows 50 cols 160; exec "$@"';

/** A client in a terminal, in which a human types. */
export interface Terminal {
  /** Types a line and presses Enter. */
  type: (line: string) => Promise<void>;
  /** Waits until the screen has shown one of these texts; blanks do not matter. */
  shows: (...texts: string[]) => Promise<void>;
  close: () => Promise<void>;
}

/** Opens the client in a terminal, past its questions of a first start. */
export async function openTerminal({
  api,
  sandbox,
  plugins = [],
  args = [],
  env = {},
}: ClientOptions): Promise<Terminal> {
  const project = { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true };
  const answers = {
    hasCompletedOnboarding: true,
    theme: 'dark',
    bypassPermissionsModeAccepted: true,
    customApiKeyResponses: { approved: ['dummy'], rejected: [] },
    projects: { [sandbox.project]: project },
  };
  const settings = { skipDangerousModePermissionPrompt: true, skipAutoPermissionPrompt: true };
  writeFileSync(join(sandbox.config, '.claude.json'), JSON.stringify(answers));
  writeFileSync(join(sandbox.config, 'settings.json'), JSON.stringify(settings));
  const flags = ['--model', 'haiku', ...plugins.flatMap((folder) => ['--plugin-dir', folder]), ...args];
  const child = spawn('python3', [TERMINAL, 'sh', '-c', SIZE, 'sh', requireClient(), ...flags], {
    cwd: sandbox.project,
    env: clientEnv(sandbox, api.url, { TERM: 'xterm-256color', ...env }),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let screen = '';
  child.stdout.on('data', (data: Buffer) => {
    screen += data.toString();
  });
  const seen = () => stripVTControlCharacters(screen).replaceAll(/\s/g, '');
  const shows = async (...texts: string[]) => {
    const wanted = texts.map((text) => text.replaceAll(/\s/g, ''));
    for (let left = 300; !wanted.some((text) => seen().includes(text)); left -= 1) {
      if (left === 0) {
        await close();
        throw new Error(`the screen has not shown "${texts.join('" or "')}":\n${seen().slice(-2000)}`);
      }
      await sleep(100);
    }
  };
  const type = async (line: string) => {
    for (const key of line) {
      child.stdin.write(key);
      await sleep(30);
    }
    await sleep(300);
    child.stdin.write('\r');
  };
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  await shows('? for shortcuts', 'shift+tab to cycle');
  return { type, shows, close };
}
