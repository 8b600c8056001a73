import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { ensurePrivateDir } from '../../system/files/safe-dir.ts';
import { openRunsRoot } from './roots.io.ts';

/** A call of a session that carries a one-time token. */
export interface AskedCall {
  /** The client's id of the tool call. */
  toolUse?: string | undefined;
  /** Path of the conversation. */
  transcript?: string | undefined;
}

interface Place {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
}

/** How long a question stays open, in milliseconds. */
const OPEN_MS = 24 * 3_600_000;

/** Keeps which call a token was put into. The client writes the token into its transcript, also if the human says no. */
export function keepQuestion(tokenHash: string, call: AskedCall, place: Place): void {
  const folder = openFolder(place);
  if (folder === undefined) return;
  for (const name of readdirSync(folder)) {
    const entry = statSync(join(folder, name), { throwIfNoEntry: false });
    if (entry && Date.now() - entry.mtimeMs > OPEN_MS) rmSync(join(folder, name), { force: true });
  }
  writeAtomic(join(folder, tokenHash), JSON.stringify(call), { durable: false });
}

/** Whether the call that a token was put into is still under way: one that was denied, or has ended, has a result in the transcript. */
export function isQuestionOpen(tokenHash: string, place: Place): boolean {
  const folder = openFolder(place);
  const text = folder === undefined ? undefined : readWithoutLink(join(folder, tokenHash));
  if (text === undefined) return false;
  const { toolUse, transcript } = JSON.parse(text) as AskedCall;
  if (toolUse === undefined || transcript === undefined) return true;
  try {
    return !new RegExp(`"tool_use_id"\\s*:\\s*"${toolUse}"`).test(readFileSync(transcript, 'utf8'));
  } catch {
    // This session keeps no transcript.
    return true;
  }
}

function openFolder({ env, cwd }: Place): string | undefined {
  const root = openRunsRoot({ env, cwd });
  if (!root.ok) return undefined;
  const folder = ensurePrivateDir(join(root.value, '.questions'));
  return folder.ok ? folder.value : undefined;
}
