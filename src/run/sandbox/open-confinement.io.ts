import { realpathSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRedirected, SAME_FOLDER } from '../../system/git/checkout.io.ts';
import { signsCommits } from '../../system/git/signing.io.ts';
import { distrustFolders } from '../../system/process/program-folders.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { openClientSettings } from '../../system/sandbox/client-settings.io.ts';
import type { Confinement } from '../../system/sandbox/confinement.ts';
import { findSandbox } from '../../system/sandbox/find-sandbox.ts';
import { makeMountPoints } from '../../system/sandbox/mount-points.io.ts';
import { listCheckoutRules, listRedirections } from '../../system/sandbox/repository-rules.ts';
import type { Sandbox } from '../../system/sandbox/sandbox.ts';
import { readUserConfig, type SandboxSetting } from '../ledger/config.io.ts';
import { findRepository } from '../ledger/project.io.ts';
import { readProjectConfig } from '../ledger/project-config.io.ts';
import type { RootChoice } from '../ledger/roots.io.ts';
import { listClientPlants, listHomes, listMachineRules, listWritable } from './machine-rules.io.ts';
import { listNestedRules } from './nested-rules.io.ts';
import { listRunRules } from './run-rules.io.ts';
import { combineSandboxSettings } from './sandbox-setting.ts';

/** Opens the sandbox of a run as the configurations say; fails if it is required and there is none. */
export async function openConfinement(
  { dir, run, project }: { dir: string; run: string; project: string },
  choice: RootChoice,
): Promise<Result<Confinement>> {
  const setting = readSandboxSetting(project, choice.env);
  if (!setting.ok) return setting;
  const config = readUserConfig(choice.env);
  if (!config.ok) return config;
  distrustFolders([project, dir]);
  const sandbox = await chooseSandbox(setting.value);
  if (sandbox.kind === 'none' && setting.value === 'on') return rejectNoSandbox(sandbox);
  if (sandbox.kind === 'none') return accept({ sandbox, run, rules: [] });
  const top = realpathSync(findRepository(project) ?? project);
  const machine = listMachineRules({ project: top, env: choice.env, config: config.value });
  const rules = [...machine, ...listRunRules(dir, project, choice)];
  const planted = listClientPlants(choice.env);
  const pinned = pinRedirections(top);
  const isUnsigned = await signsCommits(top);
  const homes = listHomes(choice.env);
  const writable = listWritable(config.value, homes);
  const listSettingsRules = openClientSettings({ top, project: realpathSync(project), homes, writable });
  const checkout = [...listCheckoutRules(top), ...(await listNestedRules(top))];
  return accept({ sandbox, run, top, rules, checkout, listSettingsRules, planted, pinned, isUnsigned });
}

/**
 * Makes the files with which an agent could send git to another configuration, with a content that changes nothing, for the time of this process. Returns
 * them with that content.
 */
function pinRedirections(top: string): Record<string, string> {
  const paths = listRedirections(top);
  // What an earlier agent has left there is no work of the user's.
  for (const path of paths) if (isRedirected(dirname(path))) rmSync(path, { recursive: true, force: true });
  const pinned = Object.fromEntries(paths.map((path) => [path, SAME_FOLDER]));
  makeMountPoints([], pinned);
  return pinned;
}

/** The setting for a project's runs: the user's, or the project's if it is stricter. */
export function readSandboxSetting(project: string, env: RootChoice['env']): Result<SandboxSetting> {
  const user = readUserConfig(env);
  if (!user.ok) return user;
  const own = readProjectConfig(project);
  if (!own.ok) return own;
  return accept(combineSandboxSettings(user.value.sandbox, own.value.sandbox));
}

/** The sandbox that is used with a setting. */
export async function chooseSandbox(setting: SandboxSetting): Promise<Sandbox> {
  return setting === 'off' ? { kind: 'none', reason: 'the configuration turns it off' } : await findSandbox();
}

function rejectNoSandbox({ reason, fix }: Extract<Sandbox, { kind: 'none' }>): Result<never> {
  return reject({
    code: 'sandbox-missing',
    message: `the configuration requires a sandbox for agents' code ("sandbox": "on"), but ${reason}`,
    fix: `${fix ?? 'run it on a machine with a sandbox'}; or write "sandbox": "auto" to run without one where there is none`,
  });
}
