import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { findRepository } from '../run/ledger/project.io.ts';
import { readProjectConfig } from '../run/ledger/project-config.io.ts';
import {
  DEFAULT_PROJECT_CONFIG,
  type ProjectConfig,
  projectConfigPath,
} from '../run/ledger/project-config.ts';
import type { AuditSettings } from '../run/ledger/settings.ts';
import { accept, type Result, reject } from '../system/result.ts';

/** What a call audits: a folder, or one file of a folder. */
export interface AuditTarget {
  /** Absolute path of the folder. */
  project: string;
  /** Name of the one file, if a file was given. */
  file?: string;
}

/** Finds the folder or file that a call names. Rejects an empty path and one that does not exist. */
export function findTarget(cwd: string, path: string): Result<AuditTarget> {
  if (path.trim() === '') return rejectPath('audit-path-empty', 'the path to audit is empty', '[path]');
  const target = resolve(cwd, path);
  const stat = statSync(target, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return accept({ project: target });
  if (stat?.isFile()) return accept({ project: dirname(target), file: basename(target) });
  return rejectPath('audit-path-missing', `there is no folder or file ${target}`, target);
}

function rejectPath(code: string, message: string, target: string) {
  return reject({ code, message, target, fix: 'sao audit .' });
}

/** The settings of an audit, with the folder of their configuration. */
export interface FoundSettings {
  settings: AuditSettings;
  /** Seconds that one attempt of an agent may take, by role. */
  timeouts: ProjectConfig['timeouts'];
  /** Absolute path of the folder that holds `.orchestration`. */
  folder: string;
}

/**
 * Reads the settings for a folder: from its own configuration, or else from that of its repository, whose paths are made relative to the folder.
 * Rejects a broken configuration.
 */
export function readAuditSettings(project: string): Result<FoundSettings> {
  const folder = findConfigured(project);
  if (folder === undefined) {
    const { audit: settings, timeouts } = DEFAULT_PROJECT_CONFIG;
    return accept({ settings, timeouts, folder: project });
  }
  const config = readProjectConfig(folder);
  if (!config.ok) return config;
  const prefix = relative(realpathSync(folder), realpathSync(project)).replaceAll('\\', '/');
  const { audit, timeouts } = config.value;
  return accept({
    settings: prefix === '' ? audit : { ...audit, exclude: moveGlobs(audit.exclude, prefix) },
    timeouts,
    folder,
  });
}

function findConfigured(project: string): string | undefined {
  const top = findRepository(realpathSync(project));
  const folders = top === undefined ? [project] : [project, top];
  return folders.find(
    (folder) => statSync(projectConfigPath(folder), { throwIfNoEntry: false }) !== undefined,
  );
}

/** Globs of a repository as seen from one of its folders; a glob of other folders is dropped. */
export function moveGlobs(globs: readonly string[], prefix: string): string[] {
  return globs.flatMap((glob) => {
    if (glob.startsWith('**/')) return [glob];
    if (glob.startsWith(`${prefix}/`)) return [glob.slice(prefix.length + 1)];
    // The glob names a folder above: all of this folder.
    const above = glob.replace(/\/\*\*$/, '');
    return glob.endsWith('/**') && (prefix === above || prefix.startsWith(`${above}/`)) ? ['**'] : [];
  });
}

/** Path of the baseline that the configuration names, or of the default one. */
export function pathOfBaseline({ settings, folder }: FoundSettings, standard: string): string {
  return join(folder, settings.baseline ?? standard);
}
