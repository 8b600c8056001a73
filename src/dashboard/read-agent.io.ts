import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plainLines } from '../findings/plain-text.ts';
import { redact } from '../findings/redact.ts';
import { previewSnapshot } from '../run/dispatch/snapshot.io.ts';
import { gapsOf, type Snapshot, standingOf, stateOf } from '../run/dispatch/standing.ts';
import type { PlannedAgent } from '../run/ledger/manifest.ts';
import type { LedgerEntry } from '../run/ledger/run-event.ts';
import { readLedger } from '../run/ledger/store.io.ts';
import { insideOf, outboxOf } from '../run/outputs/output.io.ts';
import { type RunTrace, traceRun } from '../run/trace/trace-run.io.ts';
import type { AgentDetail, ShownText } from './detail.ts';

/** Maximum size of a prompt, and of the end of an output, that the page shows, in bytes. */
const MAX_TEXT_BYTES = 64 * 1024;

/**
 * Reads a run once, for the details of its agents: attempts, prompt and the end of the output. The returned function gives undefined for an unknown agent.
 */
export function openAgentDetails(dir: string, now: Date): (id: string) => AgentDetail | undefined {
  const sources = { snapshot: previewSnapshot(dir, now), trace: traceRun(dir), entries: readLedger(dir) };
  return (id) => {
    const agent = sources.snapshot.plan?.agents.find((each) => each.id === id);
    return agent && describeAgentDetail(dir, agent, sources);
  };
}

function describeAgentDetail(
  dir: string,
  agent: PlannedAgent,
  { snapshot, trace, entries }: { snapshot: Snapshot; trace: RunTrace; entries: readonly LedgerEntry[] },
): AgentDetail {
  const { id } = agent;
  const { costUsd, tokens, last } = stateOf(snapshot, id);
  return {
    run: basename(dir),
    id,
    name: agent.name,
    role: agent.role,
    domain: agent.domain,
    model: agent.model,
    task: agent.task,
    scope: agent.scope,
    wave: agent.wave,
    command: agent.command,
    standing: standingOf(snapshot, agent),
    gap: gapsOf(snapshot, [id])[0]?.reason ?? null,
    costUsd,
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    denied: last?.denied ?? [],
    attempts: trace.attempts.filter((attempt) => attempt.agent === id),
    marks: trace.marks.filter((mark) => mark.agent === id),
    recalls: entries.flatMap((entry) =>
      entry.type === 'recalled' && entry.agent === id
        ? [{ ids: entry.ids, tokens: entry.tokens, suppressed: { ...entry.suppressed } }]
        : [],
    ),
    prompt: readText(join(dir, 'prompts', `${id}.md`), 'start'),
    output: readOutputEnd(dir, agent),
  };
}

function readOutputEnd(dir: string, agent: PlannedAgent): ShownText | null {
  const path = join(dir, agent.output);
  const own = insideOf(dir)(path) ? readText(path, 'end') : null;
  return own ?? readText(join(outboxOf(dir, agent.id), basename(path)), 'end');
}

/** Reads the start or the end of a regular file, without secrets; null if there is none that can be read. */
function readText(path: string, part: 'start' | 'end'): ShownText | null {
  let fd: number;
  try {
    // O_NOFOLLOW: a link is no output; O_NONBLOCK: a planted pipe must not hang the server.
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return null;
    const length = Math.min(stat.size, MAX_TEXT_BYTES);
    const buffer = Buffer.alloc(length);
    const read = readSync(fd, buffer, 0, length, part === 'start' ? 0 : stat.size - length);
    const text = redact(plainLines(buffer.toString('utf8', 0, read)));
    return { path, bytes: stat.size, isCut: stat.size > length, text };
  } finally {
    closeSync(fd);
  }
}
