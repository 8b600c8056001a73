import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the client keeps of a subagent from its start on. */
export interface SubagentFacts {
  /** The Agent call that started it. */
  toolUseId?: string;
  /** Of an Agent call, or the label that a workflow's script gave. */
  description?: string;
  inWorkflowRun?: boolean;
}

/** The facts of a subagent by the client's id of it; undefined where the session whose transcript this is has none of that id. */
export function readSubagent(transcript: string, id: string): SubagentFacts | undefined {
  if (!/^[\w-]+$/.test(id)) return undefined;
  const folder = folderOf(transcript);
  for (const path of [folder, ...workflowFolders(folder)].map((place) => factsPath(place, id))) {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as SubagentFacts;
    } catch {
      // Not this kind of subagent.
    }
  }
  return undefined;
}

/** A subagent that a workflow has started and that never gave its script an answer. */
export interface Unanswered {
  id: string;
  label: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

/** Those of all workflows of a session, from the journals that the client keeps of them. */
export function listUnanswered(transcript: string): Unanswered[] {
  return workflowFolders(folderOf(transcript)).flatMap(unansweredIn);
}

function unansweredIn(folder: string): Unanswered[] {
  const open = new Map<string, string>();
  for (const { type, agentId, label } of readJournal(join(folder, 'journal.jsonl'))) {
    if (agentId === undefined) continue;
    if (type === 'started') open.set(agentId, label ?? '');
    else open.delete(agentId);
  }
  return [...open].flatMap(([id, label]) => {
    const stat = statSync(factsPath(folder, id), { throwIfNoEntry: false });
    return stat ? { id, label, startedAt: stat.mtimeMs } : [];
  });
}

interface JournalEntry {
  type?: string;
  agentId?: string;
  label?: string;
}

function readJournal(path: string): JournalEntry[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').flatMap(parseEntry);
}

function parseEntry(line: string): JournalEntry[] {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? [entry] : [];
  } catch {
    // The last line of a client that was killed.
    return [];
  }
}

const folderOf = (transcript: string) => join(transcript.replace(/\.jsonl$/, ''), 'subagents');
// Written before a subagent's first tool call.
const factsPath = (folder: string, id: string) => join(folder, `agent-${id}.meta.json`);

function workflowFolders(folder: string): string[] {
  const parent = join(folder, 'workflows');
  return existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name)) : [];
}
