import picomatch from 'picomatch';
import type { SourceTree } from './source-tree.ts';

interface AttributeLine {
  matches: (path: string) => boolean;
  attributes: string[];
}

/** Returns a test for paths that a .gitattributes file marks as generated, vendored or documentation. */
export function readLinguist(tree: SourceTree): (path: string) => boolean {
  return pathsWith(tree, /^linguist-(?:generated|vendored|documentation)(?:=true)?$/);
}

/** Returns a test for paths in git LFS; such a file is large in the working tree and small in the history. */
export function readLargeStorage(tree: SourceTree): (path: string) => boolean {
  return pathsWith(tree, /^filter=lfs$/);
}

function pathsWith(tree: SourceTree, attribute: RegExp): (path: string) => boolean {
  const lines = tree.files.filter((f) => /(?:^|\/)\.gitattributes$/.test(f.path)).flatMap(readAttributes);
  const marked = lines.filter((line) => line.attributes.some((name) => attribute.test(name)));
  return (path) => marked.some((line) => line.matches(path));
}

function readAttributes(file: SourceTree['files'][number]): AttributeLine[] {
  const folder = file.path.slice(0, -'.gitattributes'.length);
  const lines = (file.text() ?? '').split(/\r?\n/).map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [pattern = '', ...attributes] = line.split(/\s+/);
      return { matches: compilePattern(folder, pattern), attributes };
    });
}

// A pattern without a slash matches a name at any depth, as in .gitignore.
function compilePattern(folder: string, pattern: string): (path: string) => boolean {
  const anchored = pattern.replace(/\/$/, '').includes('/');
  const glob = anchored ? pattern.replace(/^\//, '') : `**/${pattern}`;
  const matches = picomatch(glob, { dot: true, nonegate: true });
  return (path) => path.startsWith(folder) && matches(path.slice(folder.length));
}
