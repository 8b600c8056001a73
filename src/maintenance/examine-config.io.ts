import { lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configPath, readUserConfig } from '../run/ledger/config.io.ts';
import { configFolderOfUser } from '../system/user-home.io.ts';
import type { Checkup } from './judge.ts';
import { type ConfigFacts, judgeUserConfig } from './judge-config.ts';

/** Checks the user's configuration: readable, valid, and changed by its user alone. */
export function examineUserConfig(env: Readonly<Record<string, string | undefined>>): Checkup[] {
  const path = configPath(env);
  const inSessions = join(configFolderOfUser(env), 'config.json');
  const link = lstatSync(path, { throwIfNoEntry: false });
  const file = statSync(path, { throwIfNoEntry: false });
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  const config = readUserConfig(env);
  const facts: ConfigFacts = {
    path,
    user: process.getuid?.() ?? 0,
    ...(file ? { file: { isRegular: file.isFile(), owner: file.uid, mode: file.mode } } : {}),
    ...(link && !file ? { file: { isRegular: false, owner: link.uid, mode: 0o600 } } : {}),
    ...(folder ? { folder: { owner: folder.uid, mode: folder.mode } } : {}),
    ...(config.ok ? {} : { fault: config.diagnostics[0] ?? { message: `${path} cannot be read` } }),
    ...(inSessions === path ? {} : { inSessions }),
  };
  return judgeUserConfig(facts);
}
