import { join } from 'node:path';
import { BUILD_SETTINGS, type BuildSettings } from './settings.ts';

/** What a project may say about its runs. It can make them cheaper or dearer; it can never let a command run. */
export interface ProjectConfig {
  driver?: 'workflow' | 'tiered' | 'agent' | undefined;
  /** What one conversation may spend on a run, in tokens, before `sao next` asks. */
  contextBudget: number;
  build: BuildSettings;
}

/** Of a project that says nothing. */
export const DEFAULT_PROJECT_CONFIG: ProjectConfig = { contextBudget: 8_000, build: BUILD_SETTINGS };

export function projectConfigPath(project: string): string {
  return join(project, '.orchestration', 'config.json');
}
