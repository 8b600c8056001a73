import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { describeFileError, systemErrorCode } from '../../system/files/file-error.ts';
import {
  createFolderWithoutLinks,
  readRegularFile,
  resolveWithoutLinks,
} from '../../system/files/unlinked.ts';
import { accept, fault, type Result } from '../../system/result.ts';
import { readPairLines, splitLines, type TrainingFile } from './lines.ts';
import type { RejectedPair } from './reasons.ts';

/** The folder of training pairs, relative to a tree: the project, or a worktree of a run. */
const FOLDER = ['.orchestration', 'training'];
const REMOVED = 'removed';
/** Of one file. */
const LIMIT_BYTES = 128 * 1024 * 1024;

/** Reads every `*.jsonl` of `{root}/.orchestration/training`, sorted by name; empty if the folder is missing. Links are refused. */
export function readTraining(root: string): Result<TrainingFile[]> {
  const folder = resolveWithoutLinks(root, FOLDER);
  if (!folder.ok) return folder;
  const files: TrainingFile[] = [];
  for (const name of namesIn(folder.value)) {
    const bytes = readRegularFile(join(folder.value, name), LIMIT_BYTES);
    if (!bytes.ok) return bytes;
    if (bytes.value) files.push(readPairLines(name, bytes.value));
  }
  return accept(files);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl') && !name.startsWith('.'))
      .sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw describeFileError(error, folder, 'list the training files');
  }
}

export interface Removal {
  file: string;
  /** Numbers of the removed lines, as they were before. */
  lines: number[];
  /** Where they are kept, relative to the root. */
  keptIn: string;
}

/**
 * Moves lines unchanged to the end of the file of the same name in `training/removed`, which no command reads; `cat` restores them. They
 * are copied before they are removed, so that a crash in between leaves them in both files. Throws an ExpectedError that names the path.
 */
export function removeLines(
  root: string,
  chosen: readonly Pick<RejectedPair, 'file' | 'line'>[],
): Result<Removal[]> {
  const folder = resolveWithoutLinks(root, FOLDER);
  if (!folder.ok) return folder;
  const removals: Removal[] = [];
  for (const file of [...new Set(chosen.map((entry) => entry.file))].sort()) {
    const lines = chosen.filter((entry) => entry.file === file).map(({ line }) => line);
    const moved = moveLines(root, folder.value, file, new Set(lines));
    if (!moved.ok) return moved;
    removals.push({ file, lines, keptIn: [...FOLDER, REMOVED, file].join('/') });
  }
  return accept(removals);
}

function moveLines(root: string, folder: string, file: string, chosen: ReadonlySet<number>): Result<void> {
  const path = join(folder, file);
  const before = readRegularFile(path, LIMIT_BYTES);
  if (!before.ok) return before;
  const parts = splitLines(before.value ?? Buffer.alloc(0));
  const keep = parts.filter((_, index) => !chosen.has(index + 1));
  const gone = parts.filter((_, index) => chosen.has(index + 1)).map(withEnd);
  const kept = keepRemoved(root, file, gone);
  if (!kept.ok) return kept;
  const again = readRegularFile(path, LIMIT_BYTES);
  if (!again.ok) return again;
  // An agent may still be writing, and its added lines would be lost.
  if (!again.value?.equals(before.value ?? Buffer.alloc(0))) return fault(changed(path));
  writeAtomic(path, Buffer.concat(keep));
  return accept(undefined);
}

function keepRemoved(root: string, file: string, lines: readonly Uint8Array[]): Result<void> {
  const folder = createFolderWithoutLinks(root, [...FOLDER, REMOVED]);
  if (!folder.ok) return folder;
  const path = join(folder.value, file);
  const earlier = readRegularFile(path, LIMIT_BYTES);
  if (!earlier.ok) return earlier;
  writeAtomic(path, Buffer.concat([withEnd(earlier.value ?? Buffer.alloc(0)), ...lines]));
  return accept(undefined);
}

const NEWLINE = 0x0a;

function withEnd(line: Uint8Array): Uint8Array {
  const isOpen = line.length > 0 && line.at(-1) !== NEWLINE;
  return isOpen ? Buffer.concat([line, Buffer.from('\n')]) : line;
}

function changed(path: string) {
  const message = `${path} was changed by another process meanwhile; no line was removed from it`;
  return {
    code: 'training-changed',
    message,
    target: path,
    fix: 'let its writer end, then run the same command again',
  };
}

/** Writes the files of an export, each atomically. Throws an ExpectedError that names the path. */
export function writeExport(folder: string, files: ReadonlyMap<string, string>): Result<string[]> {
  const made = createFolderWithoutLinks(folder, []);
  if (!made.ok) return made;
  for (const [name, text] of files) writeAtomic(join(folder, name), text);
  return accept([...files.keys()].map((name) => join(folder, name)));
}
