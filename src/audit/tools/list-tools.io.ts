import { tmpdir } from 'node:os';
import type { ToolName } from '../../findings/tool-names.ts';
import type { SourceTree } from '../../source/source-tree.ts';
import { loadExecaLauncher } from '../../system/process/execa.io.ts';
import { startInGroup } from '../../system/process/group.ts';
import { findTool, type ToolPlace } from './find-tool.io.ts';
import { parseVersion } from './run-tool.io.ts';
import type { ListedTool, ToolState } from './select-tools.ts';
import type { Tool } from './tool.ts';
import { hasFilesFor } from './tool-files.ts';
import { TOOLS } from './tool-table.ts';

/** Returns the state of every tool for a project; starts no program. */
export function examineTools(tree: Pick<SourceTree, 'files'>, place: ToolPlace): Map<ToolName, ToolState> {
  return new Map(TOOLS.map((tool) => [tool.id, stateOf(tool, tree, place)]));
}

function stateOf(tool: Tool, tree: Pick<SourceTree, 'files'>, place: ToolPlace): ToolState {
  const found = findTool(tool, tool.runsProjectCode ? { ...place, allowsProjectCode: true } : place);
  if (!found) return 'missing';
  if (!hasFilesFor(tool, tree)) return 'nothing-to-examine';
  const isRefused = tool.runsProjectCode === true && !place.allowsProjectCode;
  return isRefused ? 'needs-consent' : 'ready';
}

/** Lists all tools, and asks those that are installed for the user, or may run, for their versions. */
export function listTools(tree: Pick<SourceTree, 'files'>, place: ToolPlace): Promise<ListedTool[]> {
  return Promise.all(
    TOOLS.map(async (tool) => {
      const { id, finds, network = null, install } = tool;
      const state = stateOf(tool, tree, place);
      const found = findTool(tool, place);
      const version = found ? await askVersion(found.file, tool, place) : undefined;
      return { id, finds, state, program: found?.file ?? null, version: version ?? null, network, install };
    }),
  );
}

const TIMEOUT_MS = 30_000;

async function askVersion(file: string, tool: Tool, { env }: ToolPlace): Promise<string | undefined> {
  const limits = { timeoutMs: TIMEOUT_MS, graceMs: 1000, stdoutLimit: 64 * 1024, stderrLimit: 64 * 1024 };
  const spec = {
    file,
    args: tool.version,
    cwd: tmpdir(),
    env: { ...env, ...tool.env },
    stdin: '',
    ...limits,
  };
  const { stdout, stderr } = await startInGroup(spec, await loadExecaLauncher()).done;
  return parseVersion(`${stdout}\n${stderr}`);
}
