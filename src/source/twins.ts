import type { SourceTree } from './source-tree.ts';

const SCRIPT = /\.(?:[cm]?[jt]sx?)$/;
/** What a compiler makes a script of, in the order of what people more likely write by hand. */
const TWINS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
/** Folders that packages ship beside their sources. */
const SHIPPED = /(?:^|\/)(?:lib|es|esm|cjs|umd|commonjs|mjs)\//;

/**
 * Scripts that a compiler made of another script of the tree: `a.js` beside `a.ts`, `a.cjs` beside `a.mjs`, `lib/a.js` of `src/a.ts`.
 * What is found in one is found in the other.
 */
export function readCompiled(tree: SourceTree): (path: string) => boolean {
  const paths = new Set(tree.files.map(({ path }) => path).filter((path) => SCRIPT.test(path)));
  return (path) => {
    const [extension] = /\.[cm]?jsx?$/.exec(path) ?? [];
    if (extension === undefined) return false;
    const stem = path.slice(0, -extension.length);
    const beside = TWINS.slice(0, TWINS.indexOf(extension));
    if (beside.some((other) => paths.has(stem + other))) return true;
    const source = stem.replace(SHIPPED, (folder) => folder.replace(/\w+\/$/, 'src/'));
    return source !== stem && TWINS.some((other) => paths.has(source + other));
  };
}
