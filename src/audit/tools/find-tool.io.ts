import { delimiter, join } from 'node:path';
import { findProgram } from '../../system/process/find-program.ts';
import { listUserFolders } from '../../system/process/program-folders.ts';
import type { Tool } from './tool.ts';

/** Where a tool's program was found: on the user's PATH, or among the project's own packages. */
export interface FoundTool {
  file: string;
  origin: 'user' | 'project';
}

export interface ToolPlace {
  /** Absolute path of the audited folder. */
  project: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether programs and configuration code of the project may run. */
  allowsProjectCode: boolean;
}

/**
 * Finds a tool's program. Folders of PATH that are relative or in the project (as `npm run` adds them) are left out: their programs are the project's
 * own, and run only with consent. Undefined if there is none.
 */
export function findTool(
  tool: Pick<Tool, 'program' | 'isNodePackage'>,
  place: ToolPlace,
): FoundTool | undefined {
  const { project, env, allowsProjectCode } = place;
  const own =
    tool.isNodePackage && allowsProjectCode ? join(project, 'node_modules', '.bin', tool.program) : undefined;
  const ownFile = own && findProgram(own, { cwd: project, env });
  if (ownFile) return { file: ownFile, origin: 'project' };
  const path = listUserFolders(env.PATH, [project]).join(delimiter);
  const file = findProgram(tool.program, { cwd: project, env: { PATH: path } });
  return file === undefined ? undefined : { file, origin: 'user' };
}
