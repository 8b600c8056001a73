// Compares two folders with bundles: `compare-bundles.mjs A B`. Compressed chunks are compared by their content, because versions of Node compress
// differently. Prints the paths that differ; exit 1 if there are any.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const [one, other] = process.argv.slice(2);
const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
const read = (path) => {
  const content = readFileSync(path);
  return path.endsWith('.br') ? brotliDecompressSync(content) : content;
};

const paths = new Set([one, other].flatMap(filesOf));
const different = [...paths].filter((path) => {
  const [a, b] = [join(one, path), join(other, path)];
  return !existsSync(a) || !existsSync(b) || !read(a).equals(read(b));
});
for (const path of different.sort()) console.error(`differs: ${path}`);
if (paths.size === 0 || different.length > 0) process.exitCode = 1;
