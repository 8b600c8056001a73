import { join } from 'node:path';
import {
  AUDIT_SETTINGS,
  type AuditSettings,
  BUILD_SETTINGS,
  type BuildSettings,
  WORKTREE_SETTINGS,
  type WorktreeSettings,
} from './settings.ts';

/** A project's settings for its runs. They can change the cost of runs, but never approve a command. */
export interface ProjectConfig {
  driver?: 'workflow' | 'tiered' | 'agent' | undefined;
  /** Tokens of one conversation that a run may use before `sao next` asks the user. */
  contextBudget: number;
  /** Timeout of one attempt of a plan's agents, in seconds, where the plan states none. */
  timeouts: { worker: number; coordinator: number };
  /** A sandbox for agents' code that is stricter than the user's own setting; a project cannot turn it off. */
  sandbox?: 'auto' | 'on' | undefined;
  audit: AuditSettings;
  build: BuildSettings;
  worktree: WorktreeSettings;
  /** Commands that have to succeed before work ends, for `sao wrap-up`. */
  wrapUp: WrapUpCheck[];
}

/** A check of a project before work ends, such as "migrations are applied". */
export interface WrapUpCheck {
  name: string;
  command: string;
}

/** The settings of a project without a configuration. */
export const DEFAULT_PROJECT_CONFIG: ProjectConfig = {
  contextBudget: 8_000,
  timeouts: { worker: 300, coordinator: 300 },
  audit: AUDIT_SETTINGS,
  build: BUILD_SETTINGS,
  worktree: WORKTREE_SETTINGS,
  wrapUp: [],
};

export function projectConfigPath(project: string): string {
  return join(project, '.orchestration', 'config.json');
}
