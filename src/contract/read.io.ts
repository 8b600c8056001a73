import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextDecoder } from 'node:util';
import { describeFileError } from '../system/files/file-error.ts';
import { accept, type Problem, type Result, reject } from '../system/result.ts';
import { CONTRACTS, type ContractFiles, placeOfContract } from './contract-files.ts';
import { hashContract } from './hash.ts';

/** Of one file. */
const LIMIT_BYTES = 1024 * 1024;
const MAX_CONTRACT_FILES = 2000;

/** Reads the contract in a tree; empty if there is none. Fails for links and for files above 1 MiB, so that a human approves only text that was read completely. */
export function readContractFiles(root: string): Result<ContractFiles> {
  const folder = join(root, CONTRACTS);
  const way = [join(root, '.orchestration'), folder];
  try {
    const link = way.find((path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink());
    return link === undefined ? readFolder(folder) : reject(isLink(link));
  } catch (error) {
    return describeFileError(error, folder, 'read the contract').failure;
  }
}

/** Reads a folder with all or some files of a contract. */
export function readFolder(folder: string, only?: readonly string[]): Result<ContractFiles> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const files = new Map<string, string>();
  const problems: Problem[] = [];
  try {
    const paths = only ?? walk(folder, '', problems);
    if (paths.length > MAX_CONTRACT_FILES) return reject(tooMany(folder, paths.length));
    for (const path of paths) {
      const text = readText(decoder, join(folder, path), path, problems);
      if (text !== undefined) files.set(path, text);
    }
  } catch (error) {
    return describeFileError(error, folder, 'read the contract').failure;
  }
  return problems.length > 0 ? reject(...problems) : accept(files);
}

function walk(folder: string, below: string, problems: Problem[]): string[] {
  const at = join(folder, below);
  if (!lstatSync(at, { throwIfNoEntry: false })) return [];
  const entries = readdirSync(at, { withFileTypes: true }).sort(
    (a, b) => Number(a.name > b.name) - Number(a.name < b.name),
  );
  return entries.flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return walk(folder, path, problems);
    if (entry.isFile()) return [path];
    problems.push(isLink(placeOfContract(path)));
    return [];
  });
}

function readText(decoder: TextDecoder, full: string, path: string, problems: Problem[]): string | undefined {
  const target = placeOfContract(path);
  // O_NOFOLLOW: a listed file may have been replaced by a link since.
  const fd = openSync(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(fd);
    if (size <= LIMIT_BYTES) return decoder.decode(readFileSync(fd));
    const message = `${target} has ${size} bytes; a file of a contract has at most ${LIMIT_BYTES}`;
    problems.push({ code: 'contract-file-large', message, target, fix: 'shorten it, or split it' });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const message = `${target} is not text in UTF-8`;
    problems.push({ code: 'contract-not-text', message, target, fix: 'save it as UTF-8, or remove it' });
  } finally {
    closeSync(fd);
  }
  return undefined;
}

function tooMany(folder: string, count: number): Problem {
  const message = `${folder} has ${count} files; a contract has at most ${MAX_CONTRACT_FILES}`;
  return { code: 'contract-too-many-files', message, target: folder, fix: 'remove what is no part of it' };
}

function isLink(target: string): Problem {
  const message = `${target} is a link or no regular file: what it leads to could change after it was approved`;
  return { code: 'contract-link', message, target, fix: 'put the file itself in its place' };
}

/** Hash of a contract; undefined if it has no files. */
export function hashPresentContract(files: ContractFiles): string | undefined {
  return files.size > 0 ? hashContract(files) : undefined;
}

/** Hash of the contract in a tree; undefined if the contract is missing or unreadable. Loads no schema, because `sao next` calls it often. */
export function contractHashOf(root: string): string | undefined {
  const files = readContractFiles(root);
  return files.ok ? hashPresentContract(files.value) : undefined;
}
