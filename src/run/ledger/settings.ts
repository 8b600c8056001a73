/** What a project may set for its builds, in `.orchestration/config.json` under `build`. */
export interface BuildSettings {
  /** Training pairs that stage 1b needs. */
  minPairs: number;
  /** Their least quality, 0 to 1. */
  minQuality: number;
  /** Seconds that one run of a test command may take. */
  testTimeout: number;
  /** Who audits the result: agents beside the engine's checks, or the checks alone. */
  hardening: 'agents' | 'checks';
}

export const BUILD_SETTINGS: BuildSettings = {
  minPairs: 200,
  minQuality: 0.7,
  testTimeout: 1800,
  hardening: 'agents',
};
