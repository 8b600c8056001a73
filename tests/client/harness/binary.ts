import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// A bundled benchmark is in another folder and is started from the repository's folder.
const TESTS =
  [dirname(dirname(fileURLToPath(import.meta.url))), resolve('tests/client')].find((folder) =>
    existsSync(join(folder, 'versions.json')),
  ) ?? resolve('tests/client');

/** The versions of the client that the tests support, oldest first. */
export function listVersions(): string[] {
  return JSON.parse(readFileSync(join(TESTS, 'versions.json'), 'utf8')) as string[];
}

/** The version that the tests of this process run: that of the environment, else the newest. */
export function chosenVersion(): string {
  const version = process.env.SAO_CLIENT_VERSION ?? listVersions().at(-1);
  if (!version) throw new Error('tests/client/versions.json names no version');
  return version;
}

/**
 * Finds the client's native binary of a version: where `npm ci` in tests/client puts the newest, or in a folder of its own. The package's
 * own postinstall and wrapper are not needed, and npm may hold the postinstall back.
 */
export function findClient(version: string, folder = TESTS): string | undefined {
  const file = process.platform === 'win32' ? 'claude.exe' : 'claude';
  const base = `claude-code-${process.platform}-${process.arch}`;
  // npm installs only the flavour that fits this C library, so the first that exists is the right one.
  return [folder, folderOfVersion(folder, version)]
    .flatMap((place) => [base, `${base}-musl`].map((name) => join(place, 'node_modules/@anthropic-ai', name)))
    .filter((place) => existsSync(join(place, file)) && readVersion(place) === version)
    .map((place) => join(place, file))[0];
}

export function requireClient(): string {
  const version = chosenVersion();
  const path = findClient(version);
  if (!path)
    throw new Error(`Version ${version} of the client is not installed. Fix: npm ci --prefix tests/client`);
  return path;
}

/** Installs a version of the client below tests/client unless it is there. Throws if it cannot be installed: no version is skipped. */
export function installClient(version: string, { folder = TESTS, npm = 'npm' } = {}): void {
  if (findClient(version, folder)) return;
  const place = folderOfVersion(folder, version);
  mkdirSync(place, { recursive: true });
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--no-package-lock'];
  try {
    execFileSync(npm, ['install', ...options, '--prefix', place, `@anthropic-ai/claude-code@${version}`], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    throw new Error(`Version ${version} of the client cannot be installed from the npm registry.`, {
      cause: error,
    });
  }
  if (!findClient(version, folder))
    throw new Error(
      `Version ${version} of the client has no binary for ${process.platform}-${process.arch}.`,
    );
}

function folderOfVersion(folder: string, version: string): string {
  return join(folder, '.clients', version);
}

function readVersion(packageFolder: string): string | undefined {
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    version?: string;
  };
  return manifest.version;
}
