import { join } from 'node:path';
import type { LineReader } from '../../findings/fingerprint.ts';
import { readFileStart } from '../../system/files/bounded.ts';
import { pathForSystem } from '../../system/files/path-bytes.ts';

const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** Returns a reader of single lines of a project's files. A file is read once; one that cannot be read has no lines. */
export function openLines(project: string): LineReader {
  const known = new Map<string, readonly string[]>();
  return (path, line) => {
    const lines = known.get(path) ?? readFileLines(join(project, path));
    known.set(path, lines);
    return lines[line - 1];
  };
}

function readFileLines(path: string): readonly string[] {
  try {
    return readFileStart(pathForSystem(path), MAX_FILE_BYTES).toString('utf8').split(/\r?\n/);
  } catch {
    // The file was moved or deleted after the audit; its findings are compared by their titles.
    return [];
  }
}
