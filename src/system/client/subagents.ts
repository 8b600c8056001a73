import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listNamesIfReadable, readBoundedText, readTextLines } from '../files/bounded.ts';

/** The facts that the client records about a subagent when it starts. */
export interface SubagentFacts {
  /** The Agent call that started it. */
  toolUseId?: string;
  /** The description of the Agent call, or the label that the workflow's script passed. */
  description?: string;
  inWorkflowRun?: boolean;
  /** The name of the folder of its workflow, which is the client's id of the workflow. */
  workflow?: string;
}

/** Reads the facts of the subagent with this client id; undefined if the transcript's session has no such subagent. */
export function readSubagentFacts(transcript: string, id: string): SubagentFacts | undefined {
  if (!/^[\w-]+$/.test(id)) return undefined;
  const folder = subagentFolder(transcript);
  for (const place of [folder, ...workflowFolders(folder)]) {
    try {
      const facts = JSON.parse(readBoundedText(factsPath(place, id))) as SubagentFacts;
      return place === folder ? facts : { ...facts, workflow: basename(place) };
    } catch {
      // Not this kind of subagent.
    }
  }
  return undefined;
}

/** The transcript of a subagent and the id of the call that started it: in a workflow, the subagent's own id. */
export interface SubagentTranscript {
  toolUse: string;
  path: string;
}

/** Lists the subagents of a session whose facts can be read. */
export function findSubagents(transcript: string): SubagentTranscript[] {
  const folder = subagentFolder(transcript);
  return [folder, ...workflowFolders(folder)].flatMap((place) =>
    listNamesIfReadable(place).flatMap((name) => {
      const id = /^agent-([\w-]+)\.meta\.json$/.exec(name)?.[1];
      const facts = id === undefined ? undefined : readSubagentFacts(transcript, id);
      if (id === undefined || facts === undefined) return [];
      return [{ toolUse: facts.toolUseId ?? id, path: join(place, `agent-${id}.jsonl`) }];
    }),
  );
}

/** A subagent that a workflow started and that has not returned an answer to the workflow's script. */
export interface UnansweredSubagent {
  id: string;
  label: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

/** Lists the unanswered subagents of all workflows of a session, from the journals that the client writes. */
export function listUnansweredSubagents(transcript: string): UnansweredSubagent[] {
  return workflowFolders(subagentFolder(transcript)).flatMap(readUnanswered);
}

function readUnanswered(folder: string): UnansweredSubagent[] {
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
  return [...readTextLines(path)].flatMap(parseEntry);
}

function parseEntry(line: string): JournalEntry[] {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? [entry] : [];
  } catch {
    // A killed client can leave an incomplete last line.
    return [];
  }
}

const subagentFolder = (transcript: string) => join(transcript.replace(/\.jsonl$/, ''), 'subagents');
// The client writes this file before the subagent's first tool call.
const factsPath = (folder: string, id: string) => join(folder, `agent-${id}.meta.json`);

function workflowFolders(folder: string): string[] {
  const parent = join(folder, 'workflows');
  return existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name)) : [];
}
