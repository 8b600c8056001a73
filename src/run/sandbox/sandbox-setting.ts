import type { SandboxSetting } from '../ledger/config.io.ts';

/** From the least to the most strict. */
const SETTINGS: readonly SandboxSetting[] = ['off', 'auto', 'on'];

/** The setting that is in force: the stricter one. */
export function combineSandboxSettings(
  user: SandboxSetting,
  project: SandboxSetting | undefined,
): SandboxSetting {
  const strictness = Math.max(SETTINGS.indexOf(user), project === undefined ? 0 : SETTINGS.indexOf(project));
  return SETTINGS[strictness] ?? user;
}
