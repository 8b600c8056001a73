import { join } from 'node:path';
import { archiveCandidates } from '../../memory/recall/archive-candidates.ts';
import { readMemory, replaceRecords, writeMemoryFiles } from '../../memory/recall/memory.io.ts';
import { parseArchive } from '../../memory/recall/parse-archive.ts';
import { planArchive } from '../../memory/recall/plan-archive.ts';
import { formatDocument } from '../../memory/recall/record.ts';
import { type FinishedAgent, type Judgement, planRunRecords } from '../../memory/recall/run-records.ts';
import type { CheckedStage } from '../../run/ledger/build-events.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import type { LedgerEntry } from '../../run/ledger/run-event.ts';
import { readLedger } from '../../run/ledger/store.io.ts';
import { readOutputText } from '../../run/outputs/output.io.ts';
import { unwrap } from '../../system/result.ts';
import { type Engine, integrationWorktree, recordEvents } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';

/** Whether the engine has begun to write the memory after this curator: changes below the memory folder are then its own. */
export function hasBegunMemory(engine: Engine, curator: string): boolean {
  return readLedger(engine.dir).some((entry) => entry.type === 'memory-written' && entry.agent === curator);
}

/**
 * Stage 7: writes the records of the run into the integration worktree, and moves to the archive what the curator has listed. A second call
 * writes nothing again. Returns a remark for each part of a summary that did not become a record.
 */
export function writeMemory(engine: Engine, view: BuildView, curator: string): string[] {
  const root = integrationWorktree(engine.dir);
  const memory = unwrap(readMemory(root));
  const ledger = readLedger(engine.dir);
  const texts = new Map(memory.records.map(({ record }) => [record.id, `${record.title} ${record.text}`]));
  const { build } = view.snapshot.state;
  const at = new Date(build.shippedAt ?? 0).toISOString();
  const { files, held } = planRunRecords({
    ...{
      project: view.blueprint?.project ?? '',
      run: engine.site.run,
      at,
      isShipped: build.shipped !== undefined,
    },
    agents: finishedAgents(engine, view, ledger, texts),
    judgements: ledger.filter(
      (entry): entry is LedgerEntry & { type: 'module-judged' } => entry.type === 'module-judged',
    ) satisfies Judgement[],
    merged: new Set([...build.modules].flatMap(([name, { merged }]) => (merged ? [name] : []))),
  });
  const candidates = archiveCandidates(
    memory.records.map(({ record }) => record),
    at,
  ).map(({ record }) => record.id);
  const listed = parseArchive(reportOf(engine, view, curator));
  const moved = candidates.filter((id) => listed.has(id));
  const ids = [...files.values()].flat().map(({ id }) => id);
  // First the event: after a crash the changes of these files are known to be the engine's.
  if (!hasBegunMemory(engine, curator))
    recordEvents(engine, { type: 'memory-written', agent: curator, ids, archived: moved, held: held.length });
  unwrap(
    writeMemoryFiles(root, new Map([...files].map(([path, records]) => [path, formatDocument(records)]))),
  );
  const archive = planArchive(memory.files, new Set(moved), engine.site.run);
  unwrap(writeMemoryFiles(root, archive.created));
  unwrap(replaceRecords(root, archive.remaining));
  return held.map(
    ({ agent, title, reasons }) =>
      `not recorded in memory: "${title}" of ${agent} (${reasons.map(({ reason }) => reason).join('; ')})`,
  );
}

function reportOf({ dir }: Engine, { snapshot }: BuildView, id: string): string {
  const agent = snapshot.plan?.agents.find((each) => each.id === id);
  const { accepted } = snapshot.state.agents.get(id) ?? {};
  return (agent && readOutputText(join(dir, agent.output), accepted)) ?? '';
}

function finishedAgents(
  engine: Engine,
  view: BuildView,
  ledger: readonly LedgerEntry[],
  texts: ReadonlyMap<string, string>,
): FinishedAgent[] {
  const given = new Map(
    ledger.flatMap((entry) => (entry.type === 'recalled' ? [[entry.agent, entry.ids]] : [])),
  );
  return (view.snapshot.plan?.agents ?? []).map((agent) => ({
    ...{ id: agent.id, role: agent.role, module: agent.module },
    report: reportOf(engine, view, agent.id),
    isAccepted: isAccepted(view, agent),
    recalled: (given.get(agent.id) ?? []).map((id) => ({ id, text: texts.get(id) ?? '' })),
  }));
}

/** Whether the work of an agent is in what was shipped. */
function isAccepted({ snapshot }: BuildView, { id, role, module, domain }: PlannedAgent): boolean {
  const { modules, checks } = snapshot.state.build;
  if (role === 'assembler') return true;
  if (module === undefined) {
    const check = checks.get(domain as CheckedStage);
    return check?.by === id && check.ok;
  }
  const { judged, merged } = modules.get(module) ?? {};
  return judged?.builder === id && judged.verdict === 'pass' && merged?.source === judged.commit;
}
