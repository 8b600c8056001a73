import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blocksOf, type Message, type ToolUseBlock, textOf } from './messages.ts';
import type { Sandbox } from './sandbox.ts';

/** One line of a transcript; most kinds of line carry no message. */
export interface Entry {
  type: string;
  isSidechain?: boolean;
  agentId?: string;
  message?: Message;
}

/** What the client notes beside a subagent's transcript, as far as tests read it. */
export interface AgentMeta {
  agentType: string;
  /** The call's description; for an agent of a workflow its label. */
  description: string;
  /** The id of the `Agent` call that started it; missing in a workflow. */
  toolUseId?: string;
  parentAgentId?: string;
  spawnDepth: number;
  model: string;
}

export interface Subagent {
  agentId: string;
  meta: AgentMeta;
  entries: Entry[];
}

/** Finds a session's transcript below the sandbox's config folder. */
export async function findTranscript(sandbox: Sandbox, sessionId: string): Promise<string> {
  const projects = join(sandbox.config, 'projects');
  const names = existsSync(projects) ? await readdir(projects) : [];
  const path = names
    .map((name) => join(projects, name, `${sessionId}.jsonl`))
    .find((file) => existsSync(file));
  if (!path) throw new Error(`no transcript of session ${sessionId} below ${projects}`);
  return path;
}

export async function readTranscript(path: string): Promise<Entry[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Entry);
}

/** Reads every subagent of a session, those of workflows and nested ones too. */
export async function readSubagents(transcriptPath: string): Promise<Subagent[]> {
  const folder = join(transcriptPath.replace(/\.jsonl$/, ''), 'subagents');
  const files = existsSync(folder) ? await readdir(folder, { recursive: true }) : [];
  const metas = files.filter((file) => file.endsWith('.meta.json')).sort();
  return Promise.all(metas.map((file) => readSubagent(join(folder, file))));
}

async function readSubagent(metaPath: string): Promise<Subagent> {
  const name = metaPath.slice(dirname(metaPath).length + 1).replace(/\.meta\.json$/, '');
  const log = join(dirname(metaPath), `${name}.jsonl`);
  return {
    agentId: name.replace(/^agent-/, ''),
    meta: JSON.parse(await readFile(metaPath, 'utf8')) as AgentMeta,
    entries: existsSync(log) ? await readTranscript(log) : [],
  };
}

/** The prompt that a subagent really got, after every hook. */
export function promptOf(subagent: Subagent): string {
  const first = subagent.entries.find((entry) => entry.type === 'user');
  return textOf(first?.message?.content);
}

/** The tool calls that a transcript holds, as the model wrote them (hooks do not change these). */
export function toolCallsOf(entries: Entry[]): ToolUseBlock[] {
  return entries
    .flatMap((entry) => blocksOf(entry.message?.content))
    .flatMap((block) => (block.type === 'tool_use' ? [block] : []));
}
