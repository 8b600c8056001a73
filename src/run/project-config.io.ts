import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { BUILD_SETTINGS } from '../build/settings.ts';
import { accept, type Result, reject } from '../result.ts';

/** What one conversation may spend on a run, in tokens, before `sao next` asks. */
export const CONTEXT_BUDGET = 8_000;

const schema = z.strictObject({
  driver: z.enum(['workflow', 'tiered', 'agent']).optional(),
  contextBudget: z.int().min(500).max(10_000_000).default(CONTEXT_BUDGET),
  build: z
    .strictObject({
      minPairs: z.int().min(0).max(100_000).default(BUILD_SETTINGS.minPairs),
      minQuality: z.number().min(0).max(1).default(BUILD_SETTINGS.minQuality),
      testTimeout: z.int().min(1).max(86_400).default(BUILD_SETTINGS.testTimeout),
      hardening: z.enum(['agents', 'checks']).default(BUILD_SETTINGS.hardening),
    })
    .prefault({}),
});

/** What a project may say about its runs. It can make them cheaper or dearer; it can never let a command run. */
export type ProjectConfig = z.infer<typeof schema>;

export function projectConfigPath(project: string): string {
  return join(project, '.orchestration', 'config.json');
}

/** Reads `.orchestration/config.json`; a missing file is an empty one. */
export function readProjectConfig(project: string): Result<ProjectConfig> {
  const path = projectConfigPath(project);
  if (!existsSync(path)) return accept(schema.parse({}));
  const parsed = schema.safeParse(parse(readFileSync(path, 'utf8')));
  if (parsed.success) return accept(parsed.data);
  const faults = parsed.error.issues.map(
    ({ path: keys, message }) => `${keys.join('.') || 'the file'}: ${message}`,
  );
  return reject({
    code: 'project-config-wrong',
    message: `${path}: ${faults.join('; ')}`,
    target: path,
    fix: `write {"driver": "workflow" | "tiered" | "agent", "contextBudget": ${CONTEXT_BUDGET}, "build": ${JSON.stringify(BUILD_SETTINGS)}}, each as you need it; commands are allowed in your own configuration only`,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
