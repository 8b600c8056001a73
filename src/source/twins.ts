import type { SourceTree } from './source-tree.ts';

const SCRIPT = /\.(?:[cm]?[jt]sx?)$/;
/** Script extensions, from those that people write most often to those that compilers write most often. */
const TWINS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
/** Folders of compiled scripts in packages. */
const SHIPPED = /(?:^|\/)(?:lib|es|esm|cjs|umd|commonjs|mjs|dist|build|out)\//;

/**
 * Returns a test for scripts that were compiled from another script of the tree: `a.js` beside `a.ts`, `a.cjs` beside
 * `a.mjs`, `lib/a.js` from `src/a.ts`. Checks skip them, because they have the same faults as their source.
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
