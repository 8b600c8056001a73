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
  /**
   * Whether the project's git hooks run at the commits of builders. The engine's own commits run none: they record work that the engine has
   * tested, and a hook could change it afterwards.
   */
  projectHooks: 'run' | 'skip';
  /** Timeout of one attempt of an agent, by role, in seconds. */
  timeouts: Record<BuildTimeout, number>;
}

/** The roles of a build with a timeout of their own; `fix` fixes audit findings that no module owns. */
export const BUILD_TIMEOUTS = {
  architect: 3600,
  trainer: 3600,
  scaffold: 3600,
  builder: 7200,
  qc: 3600,
  assembler: 1800,
  fix: 3600,
  shipper: 3600,
  curator: 3600,
};
export type BuildTimeout = keyof typeof BUILD_TIMEOUTS;

/** How a worktree is made ready to work in, in `.orchestration/config.json` under `worktree`. */
export interface WorktreeSettings {
  /** Globs of ignored files of the checkout that are copied, such as `.env`. */
  copy: string[];
  /** Command that runs in a new worktree, such as `npm ci`. */
  setup?: string | undefined;
  /** Timeout of the setup command, in seconds. */
  setupTimeout: number;
  /** Ports for each worktree: `size` of them, the first worktree's from `base` on. */
  ports?: { base: number; size: number } | undefined;
}

export const WORKTREE_SETTINGS: WorktreeSettings = { copy: [], setupTimeout: 1800 };

export const BUILD_SETTINGS: BuildSettings = {
  minPairs: 200,
  minQuality: 0.7,
  testTimeout: 1800,
  hardening: 'agents',
  projectHooks: 'run',
  timeouts: BUILD_TIMEOUTS,
};

/** What an audit reports and starts, in `.orchestration/config.json` under `audit`. A project can leave findings out; the report counts them. */
export interface AuditSettings {
  /** Rules that are off or have another severity, by name, such as `unpinned-action` or `bandit/B602`; `bandit/*` names all of a tool. */
  rules: Record<string, 'off' | 'critical' | 'major' | 'minor'>;
  /** Globs of paths whose findings are left out. */
  exclude: string[];
  /** Domains, checks or tools to run, and to leave out. */
  only: string[];
  skip: string[];
  /** The tools to start. */
  tools: 'auto' | 'none' | string[];
  /** Seconds that a tool may take. */
  toolTimeout: number;
  /** The least severity that fails a call without `--fail-on`. */
  failOn?: 'critical' | 'major' | 'minor' | undefined;
  /** Path of the baseline, relative to the folder of the configuration. */
  baseline?: string | undefined;
}

export const AUDIT_SETTINGS: AuditSettings = {
  rules: {},
  exclude: [],
  only: [],
  skip: [],
  tools: 'auto',
  toolTimeout: 600,
};
