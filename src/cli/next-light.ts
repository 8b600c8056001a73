import { existsSync, writeSync } from 'node:fs';
import { renderAction } from '../dispatch/action-text.ts';
import { askNext, type Means } from '../next/ask.io.ts';
import { accept } from '../result.ts';
import { locateRun } from '../run/locate.io.ts';
import { DEFAULT_PROJECT_CONFIG, projectConfigPath } from '../run/project-config.ts';
import { renderEnvelope } from './envelope.ts';
import type { NextCall } from './next-call.ts';

/**
 * Answers a plain `sao next` on stdout without the libraries that read options and documents; false where the command itself has to:
 * whatever is wrong, or has to be said beside the answer. What was recorded until then stays, and the command goes on from it.
 */
export function answerNext({ run, isJson }: NextCall): boolean {
  const { env } = process;
  try {
    const found = locateRun(run, { env, cwd: process.cwd() });
    if (!found.ok || found.diagnostics.length > 0) return false;
    const action = askNext(found.value, {}, { env, now: new Date(), ...MEANS });
    // What stands at a gate is shown by the command.
    if (action.gate !== undefined) return false;
    print(isJson ? renderEnvelope({ ok: true, data: action, diagnostics: [] }) : `${renderAction(action)}\n`);
    return true;
  } catch {
    return false;
  }
}

class Beyond extends Error {}

/** Each of these loads far more than all the rest of this. */
const MEANS: Means = {
  readConfig(project) {
    if (existsSync(projectConfigPath(project))) throw new Beyond('the project has a configuration');
    return accept(DEFAULT_PROJECT_CONFIG);
  },
  finishRun() {
    throw new Beyond('a report is to be written');
  },
  writeWorkflow() {
    throw new Beyond('a script is to be compiled');
  },
};

/** All of it: `process.stdout` would take longer to load than to write. A reader that stops early is not an error. */
function print(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      // A pipe that somebody has made non-blocking is full.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
