/** Settings of a project for its builds, in `.orchestration/config.json` under `build`. */
export interface BuildSettings {
  /** Minimum number of valid training pairs in stage 1b. */
  minPairs: number;
  /** Minimum quality of a training pair, 0 to 1. */
  minQuality: number;
  /** Timeout of one run of a test command, in seconds. */
  testTimeout: number;
  /** How the result is audited: by agents and built-in checks, or by built-in checks only. */
  hardening: 'agents' | 'checks';
}

export const BUILD_SETTINGS: BuildSettings = {
  minPairs: 200,
  minQuality: 0.7,
  testTimeout: 1800,
  hardening: 'agents',
};
