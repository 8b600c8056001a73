import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolderOfUser } from '../user-home.io.ts';

/** The folder in each hidden folder that shows that the sandbox hides it. */
export const SANDBOX_SIGN = '.sandbox';

/**
 * Whether this process was started in a sandbox of sao: the folder of the user's key is hidden from it. Only a mount or the system's own sandbox
 * hides a folder so; no variable, mode or file that a program can set does.
 */
export function isInsideSandbox(folder = stateFolderOfUser()): boolean {
  if (process.platform === 'darwin') return errorOfAccess(folder, constants.R_OK) === 'EPERM';
  return existsSync(join(folder, SANDBOX_SIGN)) && errorOfAccess(folder, constants.W_OK) === 'EROFS';
}

function errorOfAccess(path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
