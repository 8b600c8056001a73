import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// A bundled benchmark lies elsewhere and is started from the repository's folder.
const FOLDERS = [dirname(dirname(fileURLToPath(import.meta.url))), resolve('tests/client')];

/**
 * Finds the client's native binary, or undefined when it is not installed (`npm ci` in this folder brings it).
 * The package's own postinstall and wrapper are not needed, and npm may hold the postinstall back.
 */
export function findClient(): string | undefined {
  const file = process.platform === 'win32' ? 'claude.exe' : 'claude';
  const base = `claude-code-${process.platform}-${process.arch}`;
  // npm installs only the flavour that fits this C library, so the first that exists is the right one.
  return FOLDERS.flatMap((folder) =>
    [base, `${base}-musl`].map((name) => join(folder, 'node_modules', '@anthropic-ai', name, file)),
  ).find((path) => existsSync(path));
}

export function requireClient(): string {
  const found = findClient();
  if (!found) throw new Error('The client is not installed. Fix: npm ci --prefix tests/client');
  return found;
}
