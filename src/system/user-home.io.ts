import { homedir, userInfo } from 'node:os';

/** The user's home from the password database: HOME is chosen by the process that makes the call. A user of a container may have no entry there. */
export function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}
