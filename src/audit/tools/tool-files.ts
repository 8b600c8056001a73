import { isForeignPath } from '../../source/kinds.ts';
import type { SourceFile, SourceTree } from '../../source/source-tree.ts';
import type { Tool } from './tool.ts';

/** The files of the project that a tool examines, or that show that it has something to examine. */
export function filesFor(tool: Pick<Tool, 'files' | 'shebang'>, tree: Pick<SourceTree, 'files'>): string[] {
  return tree.files.filter((file) => isFileOf(tool, file)).map(({ path }) => path);
}

/** Whether the project has a file for a tool; stops at the first. */
export function hasFilesFor(tool: Pick<Tool, 'files' | 'shebang'>, tree: Pick<SourceTree, 'files'>): boolean {
  return tree.files.some((file) => isFileOf(tool, file));
}

const MAX_SCRIPT_BYTES = 512 * 1024;

function isFileOf({ files, shebang }: Pick<Tool, 'files' | 'shebang'>, file: SourceFile): boolean {
  if (files.test(file.path)) return !isInstalled(file.path);
  if (!shebang || /\.[^./]+$/.test(file.path) || isForeignPath(file.path) || file.size > MAX_SCRIPT_BYTES)
    return false;
  // Only scripts that can be started have a first line that matters.
  if (((file.mode ?? 0o111) & 0o111) === 0) return false;
  return shebang.test(file.text()?.slice(0, 200).split('\n', 1)[0] ?? '');
}

const isInstalled = (path: string) => /(?:^|\/)(?:node_modules|\.venv|venv|site-packages)\//.test(path);

/** Folders relative to the project, each ending with `/`, in which a tool is started; the top of the project is ``. */
export function foldersFor({ folders }: Pick<Tool, 'folders'>, files: readonly string[]): string[] {
  if (!folders) return [''];
  return [...new Set(files.map((path) => folders.exec(path)?.[1] ?? ''))].sort();
}

/** Splits paths into lists that are short enough for one command line. */
export function packPaths(paths: readonly string[], maxCharacters = 100_000): string[][] {
  const packs: string[][] = [];
  let size = 0;
  for (const path of paths) {
    size += path.length + 1;
    if (packs.length === 0 || size > maxCharacters) {
      packs.push([]);
      size = path.length + 1;
    }
    packs.at(-1)?.push(path);
  }
  return packs;
}
