import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { readBoundedText } from '../../system/files/bounded.ts';
import { systemErrorCode } from '../../system/files/file-error.ts';
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
  /** Why a script that the client may start cannot be read here, for example because it is a named pipe. */
  fault?: string;
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
  const file = scriptPath ? readScript(resolve(cwd, scriptPath)) : {};
  const named = name && !script && !scriptPath ? readNamed(name, workflowFolders(cwd, env)) : {};
  const texts = [script, file.text, named.text].flatMap((text) => (text ? [text] : []));
  const runs = texts.map(findRunInScript);
  const fault = script ? undefined : (file.fault ?? named.fault);
  const found = { text: texts[0], run: runs.find((run) => run !== undefined) };
  return fault === undefined ? found : { ...found, fault };
}

interface ReadScript {
  text?: string | undefined;
  fault?: string | undefined;
}

/** The script of this name; one that names a run's agents comes first, because the client's order of folders is its own. */
function readNamed(name: string, folders: readonly string[]): ReadScript {
  const read = folders.flatMap(readScripts);
  const texts = read.flatMap(({ text }) =>
    text !== undefined && decodeEscapes(text).includes(name) ? [text] : [],
  );
  return {
    text: texts.find((text) => findRunInScript(text) !== undefined) ?? texts[0],
    fault: read.find(({ fault }) => fault !== undefined)?.fault,
  };
}

/** The folders in which the client looks for a workflow by its name, except those of other plugins. */
function workflowFolders(cwd: string, env: Readonly<Record<string, string | undefined>>): string[] {
  const places = new Set(env.CLAUDE_PROJECT_DIR ? [env.CLAUDE_PROJECT_DIR] : []);
  for (let at = resolve(cwd); !places.has(at); at = dirname(at)) places.add(at);
  const ofUser = env.CLAUDE_CONFIG_DIR || join(env.HOME || homedir(), '.claude');
  return [...[...places].map((place) => join(place, '.claude', 'workflows')), join(ofUser, 'workflows')];
}

/** The files that the client reads there: of this ending, and no named pipes. */
function readScripts(folder: string): ReadScript[] {
  try {
    const files = readdirSync(folder, { withFileTypes: true }).filter(
      (file) => file.name.endsWith('.js') && (file.isFile() || file.isSymbolicLink()),
    );
    return files.map(({ name }) => readScript(join(folder, name)));
  } catch {
    return [];
  }
}

const MAX_SCRIPT_BYTES = 16 * 1024 * 1024;

/** Nothing if there is no such file: the client reports it. */
function readScript(path: string): ReadScript {
  try {
    return { text: readBoundedText(path, MAX_SCRIPT_BYTES) };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return {};
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
