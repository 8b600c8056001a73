import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { CONFIG_VARIABLE, STATE_FOLDER } from '../../harness/state-folder.ts';
import { chosenVersion, installClient } from './binary.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the plugin that the tests of this run share. */
    plugin: string;
  }
}

const SHIPPED = ['.claude-plugin', 'agents', 'commands', 'hooks', 'skills', 'templates', 'package.json'];

/**
 * Installs the version of the client that the tests of this project run, and builds the plugin for it: the committed one reads the configuration
 * and the key of the real user, wherever HOME leads.
 */
export default function setup(project: TestProject): () => void {
  installClient(project.config.env.SAO_CLIENT_VERSION ?? chosenVersion());
  const plugin = buildPlugin();
  project.provide('plugin', plugin);
  return () => rmSync(plugin, { recursive: true, force: true });
}

/** Builds the plugin for tests in a folder of its own, and returns the folder's path: its configuration is where CONFIG_VARIABLE says. */
export function buildPlugin(): string {
  mkdirSync('node_modules/.cache', { recursive: true });
  const plugin = resolve(mkdtempSync('node_modules/.cache/sao-plugin-'));
  for (const name of SHIPPED) cpSync(name, join(plugin, name), { recursive: true });
  const ours = [
    '--top-pid',
    String(process.pid),
    '--state',
    STATE_FOLDER,
    '--config-variable',
    CONFIG_VARIABLE,
  ];
  execFileSync(process.execPath, ['scripts/build.mjs', '--out', join(plugin, 'bin'), ...ours]);
  return plugin;
}
