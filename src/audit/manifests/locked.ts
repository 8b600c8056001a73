import type { Json } from './json.ts';

/** One entry of a lock file of any package manager. */
export interface LockedPackage {
  name: string;
  version?: string | undefined;
  /** Address that the package is fetched from. */
  source?: string | undefined;
  integrity?: string | undefined;
  licence?: string | undefined;
  /** Not installed in production. */
  dev: boolean;
  /** A workspace, a folder, or bundled in another package, so it is not fetched. */
  local: boolean;
  /** 1-based line in the lock file. */
  line: number;
}

export interface DependencyLock {
  packages: LockedPackage[];
  /** Dependencies of the root manifest when the lock file was written; only npm stores them. */
  asked?: { dependencies: Json; devDependencies: Json; optionalDependencies: Json } | undefined;
}

/** Reads the text of a lock file; undefined if the text is invalid. */
export type LockReader = (text: string) => DependencyLock | undefined;
