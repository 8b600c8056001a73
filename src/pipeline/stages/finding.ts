/** Result of the engine's check of a stage's work. */
export interface StageCheckResult {
  faults: string[];
  /** What differs and blocks nothing. */
  remarks?: string[];
  /** The hash of what a human approves, if that is not the commit. */
  hash?: string | undefined;
}
