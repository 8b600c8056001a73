import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { decodeEscapes, findRunInScript } from './compile.ts';

/** The fields of a Workflow call that say which script it starts. */
export interface WorkflowCall {
  cwd: string;
  script: string | undefined;
  scriptPath: string | undefined;
  name: string | undefined;
}

export interface ScriptSources {
  /** The script that the client starts; undefined if it cannot be read. */
  text: string | undefined;
  /** The run whose agents one of the call's sources names. */
  run: string | undefined;
}

/**
 * Reads the script of a Workflow call as the client chooses it: the text in the call, otherwise the file, otherwise a script of this name in a
 * folder of workflows. A call that names a run's agents in any of them is a call about that run.
 */
export function readScriptSources(
  { cwd, script, scriptPath, name }: WorkflowCall,
  env: Readonly<Record<string, string | undefined>>,
): ScriptSources {
  // The client takes an empty field for none.
  const file = scriptPath ? readScript(resolve(cwd, scriptPath)) : undefined;
  const named = name && !script && !scriptPath ? readNamed(name, workflowFolders(cwd, env)) : undefined;
  const texts = [script, file, named].flatMap((text) => (text ? [text] : []));
  const runs = texts.map(findRunInScript);
  return { text: texts[0], run: runs.find((run) => run !== undefined) };
}

/** The script of this name; one that names a run's agents comes first, because the client's order of folders is its own. */
function readNamed(name: string, folders: readonly string[]): string | undefined {
  const texts = folders.flatMap(readScripts).filter((text) => decodeEscapes(text).includes(name));
  return texts.find((text) => findRunInScript(text) !== undefined) ?? texts[0];
}

/** The folders in which the client looks for a workflow by its name, except those of other plugins. */
function workflowFolders(cwd: string, env: Readonly<Record<string, string | undefined>>): string[] {
  const places = new Set(env.CLAUDE_PROJECT_DIR ? [env.CLAUDE_PROJECT_DIR] : []);
  for (let at = resolve(cwd); !places.has(at); at = dirname(at)) places.add(at);
  const ofUser = env.CLAUDE_CONFIG_DIR || join(env.HOME || homedir(), '.claude');
  return [...[...places].map((place) => join(place, '.claude', 'workflows')), join(ofUser, 'workflows')];
}

function readScripts(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((file) => readScript(join(folder, file)) ?? []);
  } catch {
    return [];
  }
}

function readScript(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
