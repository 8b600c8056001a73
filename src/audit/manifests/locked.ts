import type { Json } from './json.ts';

/** One package as a lock file fixes it, whatever the manager. */
export interface LockedPackage {
  name: string;
  version?: string | undefined;
  /** Where it is fetched from. */
  source?: string | undefined;
  integrity?: string | undefined;
  licence?: string | undefined;
  /** Not installed in production. */
  dev: boolean;
  /** A workspace or a folder, or shipped inside another package: nothing is fetched. */
  local: boolean;
  /** 1-based line in the lock file. */
  line: number;
}

export interface Lock {
  packages: LockedPackage[];
  /** What the root manifest asked for when the lock was written; only npm keeps it. */
  asked?: { dependencies: Json; devDependencies: Json; optionalDependencies: Json } | undefined;
}

export type LockReader = (text: string) => Lock | undefined;
