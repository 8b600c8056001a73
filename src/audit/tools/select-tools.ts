import { TOOL_NAMES, type ToolName } from '../../findings/tool-names.ts';
import { accept, type Result, reject } from '../../system/result.ts';

/** Which tools an audit starts: those that are installed and have something to examine, none, or these. */
export type ToolChoice = 'auto' | 'none' | readonly ToolName[];

/** Whether a tool can be started here, and why not. */
export type ToolState = 'ready' | 'missing' | 'needs-consent' | 'nothing-to-examine';

/** What `sao audit --list-tools` shows of a tool. */
export interface ListedTool {
  id: ToolName;
  finds: string;
  state: ToolState;
  /** Path of its program; null if it was not found. */
  program: string | null;
  version: string | null;
  /** What it asks the network for; null for nothing. */
  network: string | null;
  install: string;
}

/**
 * Returns the tools to start. A tool that is named is also returned if it cannot be started: its worker then says that it did not check anything.
 */
export function selectTools(choice: ToolChoice, states: ReadonlyMap<ToolName, ToolState>): ToolName[] {
  if (choice === 'none') return [];
  if (choice === 'auto') return TOOL_NAMES.filter((name) => states.get(name) === 'ready');
  return TOOL_NAMES.filter((name) => choice.includes(name));
}

/** Reads `auto`, `none` or a list of names; `target` is the option or setting that it comes from. */
export function readToolChoice(words: readonly string[], target: string): Result<ToolChoice> {
  const names = words
    .flatMap((word) => word.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const [first] = names;
  if (words.length === 0) return accept('none');
  if (names.length === 1 && (first === 'auto' || first === 'none')) return accept(first);
  const unknown = names.find((name) => !TOOL_NAMES.some((known) => known === name));
  if (unknown === undefined && names.length > 0)
    return accept(TOOL_NAMES.filter((name) => names.includes(name)));
  return reject({
    code: 'audit-tools-unknown',
    message: unknown === undefined ? `${target}: no tool is named` : `${target}: "${unknown}" is no tool`,
    target,
    fix: `use auto, none, or one or more of: ${TOOL_NAMES.join(', ')}`,
  });
}
