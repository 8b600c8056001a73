import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { refuse } from '../dispatch/wording.ts';
import { allow, deny, type HookAnswer, type HookInput, textOf } from './protocol.ts';
import { type Caller, findCaller, runsOf } from './who.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A write: an agent's own output file needs nobody's word, the rest of the run directory is nobody's to write. */
export function onWrite(input: HookInput, env: Env): HookAnswer {
  const path = pathOf(input);
  if (path === undefined) return undefined;
  const run = runsOf(input, env).find((dir) => isInside(path, realOf(dir)));
  if (run === undefined) return undefined;
  const caller = findCaller(input, env);
  if (caller && path === outputOf(caller)) return allow();
  if (caller) return deny(refuse.write(caller.agent.id, join(caller.dir, caller.agent.output)));
  return isEngineFile(path, realOf(run)) ? deny(refuse.engineFile(basename(run))) : undefined;
}

/** A read: an agent reads what its prompt names, the parent the results, without a question. */
export function onRead(input: HookInput, env: Env): HookAnswer {
  const path = pathOf(input);
  if (path === undefined) return undefined;
  const run = runsOf(input, env).find((dir) => isInside(path, realOf(dir)));
  if (run === undefined) return undefined;
  const caller = findCaller(input, env);
  if (caller) return readable(caller).includes(path) ? allow() : undefined;
  const isResult = /^(report\.\w+|plan\.md|synthesis\/.*)$/.test(path.slice(realOf(run).length + 1));
  return input.agent_id === undefined && isResult ? allow() : undefined;
}

function readable({ dir, plan, agent }: Caller): string[] {
  const inputs = plan.agents.filter(({ id }) => agent.inputs.includes(id) || id === agent.id);
  return inputs.map(({ output }) => join(realOf(dir), output));
}

function outputOf({ dir, agent }: Caller): string {
  return join(realOf(dir), agent.output);
}

/** The path that a file tool is about to touch, with the links of its folder resolved. */
function pathOf(input: HookInput): string | undefined {
  const given = textOf(input, 'file_path') ?? textOf(input, 'notebook_path');
  if (given === undefined) return undefined;
  const path = resolve(input.cwd, given);
  return join(realOf(dirname(path)), basename(path));
}

function realOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder + sep);
}

function isEngineFile(path: string, run: string): boolean {
  return /^(run\.json|plan\.json|ledger\.jsonl|(workers|synthesis|prompts|attempts)\/.*)$/.test(
    path.slice(run.length + 1),
  );
}
