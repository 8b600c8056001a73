/** Result of the engine's check of a stage's work. */
export interface StageCheckResult {
  faults: string[];
  /** What differs and blocks nothing. */
  remarks?: string[];
  /** Of what a person approves, where it is not the commit. */
  hash?: string | undefined;
}
