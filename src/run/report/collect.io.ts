import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { TOOL_NAMES, type ToolName } from '../../findings/tool-names.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { packageRoot } from '../../system/package-root.ts';
import { measureParents } from '../cost/measure.io.ts';
import {
  deniedOf,
  findingsHashOf,
  gapsOf,
  type Snapshot,
  standingOf,
  stateOf,
  verdictOf,
} from '../dispatch/standing.ts';
import { describeApprovals } from '../ledger/approval-wording.ts';
import type { PlannedAgent } from '../ledger/manifest.ts';
import { findRepository } from '../ledger/project.io.ts';
import { readFindingsFile } from '../outputs/findings-file.io.ts';
import { readOutputText } from '../outputs/output.io.ts';
import { readCheckCommand } from '../plan/check-command.ts';
import { type AuditScope, SCOPE_FILE } from './audit-scope.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { openLines } from './read-lines.io.ts';
import { buildReport, type Report, type ReportAgent, type ReportContext } from './report.ts';
import { renderSarif } from './sarif.ts';
import { noteDenied } from './wording.ts';

/** Reads the outputs of a run and builds its report. `hashes`: what outputs have to be that no event has accepted. */
export function collectReport(
  snapshot: Snapshot,
  now: Date,
  hashes: ReadonlyMap<string, string> = new Map(),
): Report {
  const { manifest, plan } = snapshot;
  const reasons = new Map(gapsOf(snapshot).map(({ id, reason }) => [id, reason]));
  return buildReport({
    run: { ...manifest, task: plan?.task ?? manifest.task },
    now: now.toISOString(),
    agents: (plan?.agents ?? []).map((agent) =>
      describeAgent(snapshot, agent, reasons.get(agent.id), hashes.get(agent.id)),
    ),
    domains: plan?.domains ?? [],
    context: contextOf(snapshot),
    agentForecast: snapshot.state.agentForecast,
    settingsChanges: snapshot.state.settingsChanges,
    notes: noteDenied(deniedOf(snapshot)),
    approvals: describeApprovals(snapshot.state),
    readLine: openLines(manifest.project),
    scope: readScopeFile(snapshot.dir),
    engine: readVersion(),
    prefix: prefixOf(manifest.project),
  });
}

function contextOf({ state, plan }: Snapshot): ReportContext | undefined {
  const cost = measureParents(state, plan?.agents ?? []);
  if (!cost) return undefined;
  const { tokens, exact, parts } = cost;
  return { tokens, exact, parts, forecast: state.carrier && state.forecast?.[state.carrier] };
}

function describeAgent(
  snapshot: Snapshot,
  agent: PlannedAgent,
  gapReason: string | undefined,
  sha256: string | undefined,
): ReportAgent {
  const { id, name, role, domain, output, inputs, model, command } = agent;
  const { attempts, costUsd, assumedUsd, unpriced, tokens, accepted } = stateOf(snapshot, id);
  const isDone = standingOf(snapshot, agent) === 'done';
  const hash = findingsHashOf(snapshot, agent);
  const found = isDone && hash !== undefined ? readFindingsFile(snapshot.dir, id, hash) : undefined;
  const tool = toolOf(command);
  return {
    id,
    name,
    role,
    domain,
    status: verdictOf(snapshot, id),
    gap: gapReason !== undefined,
    gapReason,
    attempts,
    inputs,
    output,
    text: isDone ? readOutputText(join(snapshot.dir, output), accepted ?? sha256) : undefined,
    ...found,
    ...(isDone && hash !== undefined && !found ? { isDataLost: true } : {}),
    ...(tool !== undefined || readCheckCommand(command) ? { isOfEngine: true } : {}),
    model,
    tool,
    costUsd: costUsd > 0 ? costUsd : undefined,
    assumedUsd,
    unpriced,
    tokens: tokens.input + tokens.output > 0 ? tokens.input + tokens.output : undefined,
  };
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/** Path of a folder in its repository, with a slash at its end; empty at the top. */
function prefixOf(project: string): string {
  const top = findRepository(project);
  const path = top === undefined ? '' : relative(top, project).split(sep).join('/');
  return path === '' ? '' : `${path}/`;
}

/** Reads what bounds the report of an audit; undefined if the run has no such file. */
function readScopeFile(dir: string): AuditScope | undefined {
  const path = join(dir, SCOPE_FILE);
  return existsSync(path) ? (JSON.parse(readBoundedText(path)) as AuditScope) : undefined;
}

// A command worker that runs `sao tool NAME`.
function toolOf(command: readonly string[] | null | undefined): ToolName | undefined {
  const [program, name, tool] = command ?? [];
  return program === 'sao' && name === 'tool' ? TOOL_NAMES.find((known) => known === tool) : undefined;
}

export const FORMATS = ['md', 'json', 'sarif', 'html'] as const;
export type Format = (typeof FORMATS)[number];

export function renderReport(report: Report, format: Format): string {
  switch (format) {
    case 'md':
      return renderMarkdown(report);
    case 'json':
      return renderJson(report);
    case 'sarif':
      return renderSarif(report);
    case 'html':
      return renderHtml(report);
  }
}

/** Writes the report into the run directory in every format and returns the names of the files. */
export function writeReport(dir: string, report: Report): string[] {
  return FORMATS.map((format) => {
    const name = `report.${format}`;
    writeAtomic(join(dir, name), renderReport(report, format), { durable: false });
    return name;
  });
}
