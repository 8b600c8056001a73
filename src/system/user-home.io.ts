import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

declare const SAO_CONFIG_VARIABLE: string;
// Tests are built with the name of a variable that names a folder of their own; the committed bundle reads no variable.
const testVariable = typeof SAO_CONFIG_VARIABLE === 'string' ? SAO_CONFIG_VARIABLE : '';

declare const SAO_STATE_FOLDER: string;
// Tests are built with a folder of their own. It is no variable of the environment, since an agent chooses those of the calls that it makes.
const testFolder = typeof SAO_STATE_FOLDER === 'string' ? SAO_STATE_FOLDER : '';

declare const SAO_HOME_FOLDER: string;
// Attacks are tried on a build with a home of its own in the place of that of the password database: they change every variable.
const testHome = typeof SAO_HOME_FOLDER === 'string' ? SAO_HOME_FOLDER : '';

/** The user's home from the password database: HOME is chosen by the process that makes the call. A user of a container may have no entry there. */
export function homeOfUser(): string {
  if (testHome) return testHome;
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}

/** The user's home, or none in a test with a configuration of its own: it must not change the home of the user who runs it. */
export function realHomesOfUser(): string[] {
  return testVariable && !testHome ? [] : [homeOfUser()];
}

/** The folder of the user's state, with the key that seals approvals. */
export function stateFolderOfUser(): string {
  return testFolder || join(homeOfUser(), '.local', 'state', 'sao');
}

/** The folder of what can be computed again. */
export function cacheFolderOfUser(): string {
  return testFolder ? join(testFolder, 'cache') : join(homeOfUser(), '.cache', 'sao');
}

/** The folder of the user's configuration that no variable of a call moves. */
export function configFolderOfUser(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env[testVariable] || join(homeOfUser(), '.config', 'sao');
}

/** The folder in which the machine's administrator may demand more than a user's own configuration. */
export function systemConfigFolder(): string {
  const own = testHome || process.env[testVariable];
  return own ? `${own}-system` : '/etc/sao';
}
