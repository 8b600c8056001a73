/** A submodule whose commit differs between two trees. */
export interface ChangedGitlink {
  /** Relative to the top of the repository. */
  path: string;
  /** The earlier commit; undefined if the submodule is new. */
  from?: string;
  to: string;
}
