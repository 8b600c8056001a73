import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BRAINS, brainPath } from '../../contract/rights.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { describeFileError, systemErrorCode } from '../../system/files/file-error.ts';
import {
  createFolderWithoutLinks,
  readRegularFile,
  resolveWithoutLinks,
} from '../../system/files/unlinked.ts';
import { accept, type Diagnostic, type Result, warn } from '../../system/result.ts';
import { checkBrain } from './brain.ts';

const FOLDER = BRAINS.split('/');
const LIMIT_BYTES = 1024 * 1024;

/** A brain's text; undefined before there is one. Links are refused. */
export function readBrain(root: string, name: string): Result<string | undefined> {
  const path = resolveWithoutLinks(root, brainPath(name).split('/'));
  if (!path.ok) return path;
  const bytes = readRegularFile(path.value, LIMIT_BYTES);
  return bytes.ok ? accept(bytes.value?.toString('utf8')) : bytes;
}

/** Returns a warning for each fault of a brain in a tree, including a missing or unreadable file. */
export function examineBrain(root: string, name: string): Diagnostic[] {
  const text = readBrain(root, name);
  if (!text.ok) return text.diagnostics;
  if (text.value !== undefined) return checkBrain(text.value, name);
  const fix = 'write down what the next agent of this role should know';
  return [warn('brain-missing', `${name} has no brain file`, { target: brainPath(name), fix })];
}

/** All brains of a tree by name. */
export function readBrains(root: string): Result<Map<string, string>> {
  const folder = resolveWithoutLinks(root, FOLDER);
  if (!folder.ok) return folder;
  const brains = new Map<string, string>();
  for (const name of namesIn(folder.value)) {
    const text = readBrain(root, name);
    if (!text.ok) return text;
    if (text.value !== undefined) brains.set(name, text.value);
  }
  return accept(brains);
}

/** Writes a brain whole. Throws an ExpectedError that names the path. */
export function writeBrain(root: string, name: string, text: string): Result<string> {
  const folder = createFolderWithoutLinks(root, FOLDER);
  if (!folder.ok) return folder;
  const path = join(folder.value, `${name}.md`);
  writeAtomic(path, text);
  return accept(path);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^[a-z0-9].*\.md$/.test(name))
      .map((name) => name.slice(0, -3))
      .sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw describeFileError(error, folder, 'list the brains');
  }
}
