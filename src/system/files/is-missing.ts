import { lstatSync } from 'node:fs';

/** Whether nothing is at a path. What cannot be looked at may be there. */
export function isMissing(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
