import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { archiveCandidates } from '../../memory/recall/archive-candidates.ts';
import { budgetOf, CANDIDATE_TOKENS, countTokens } from '../../memory/recall/budget.ts';
import { contradictionTest } from '../../memory/recall/contradicts.io.ts';
import { formatRecall } from '../../memory/recall/format-recall.ts';
import { type ReadMemory, readMemory } from '../../memory/recall/memory.io.ts';
import { selectRecalls } from '../../memory/recall/select-recalls.ts';
import { formatCandidate, formatSuppressed } from '../../memory/recall/wording.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import type { EventOf } from '../../run/ledger/run-event.ts';
import { agentsWithRole, type BuildRole } from '../machine/build-agents.ts';
import { type Engine, integrationWorktree } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';
import type { BuildAddition } from './build-facts.ts';

/** What memory adds to an agent's prompt, and the event that records which records it was given. */
export interface MemoryAdditions {
  additions: BuildAddition[];
  event?: EventOf<'recalled'>;
}

/** The roles whose reports end with a session summary. */
const SUMMARISING: ReadonlySet<string> = new Set([
  'architect',
  'scaffold',
  'builder',
  'assembler',
  'shipper',
]);

/** Finds the records that an agent is given. Memory that cannot be read adds nothing: a build goes on without it. */
export function addMemory(engine: Engine, view: BuildView, agent: PlannedAgent): MemoryAdditions {
  const summary: BuildAddition[] = SUMMARISING.has(agent.role) ? [{ kind: 'session-summary' }] : [];
  const memory = readMemory(integrationWorktree(engine.dir));
  if (!memory.ok || memory.value.records.length === 0) return { additions: summary };
  if (agent.role === 'curator') return { additions: listCandidates(engine, memory.value) };
  const recalled = recallFor(engine, view, agent, memory.value);
  return { ...recalled, additions: [...recalled.additions, ...summary] };
}

function recallFor(
  engine: Engine,
  view: BuildView,
  agent: PlannedAgent,
  memory: ReadMemory,
): MemoryAdditions {
  const started = performance.now();
  const { text, isFix } = queryOf(engine, view, agent);
  const root = integrationWorktree(engine.dir);
  const now = engine.now().toISOString();
  const { matches, tokens, suppressed } = selectRecalls(memory, {
    ...{ text, now, budget: budgetOf(agent.role, isFix), role: agent.role, failuresFirst: isFix },
    module: agent.module,
    hasPath: (path) => existsSync(join(root, path)),
    contradicts: contradictionTest(root),
  });
  if (matches.length === 0) return { additions: [] };
  const ids = matches.map(({ record }) => record.id);
  const blocks = matches.map(({ record }) => formatRecall(record, now)).join('\n');
  const ms = Math.round(performance.now() - started);
  return {
    additions: [{ kind: 'recalls', blocks, leftOut: formatSuppressed(suppressed) ?? '' }],
    event: { type: 'recalled', agent: agent.id, ids, tokens, ms, suppressed },
  };
}

/** What is searched for an agent; of a builder in a fix cycle the findings of QC. */
function queryOf(
  { task }: Engine,
  { snapshot, blueprint }: BuildView,
  { role, module }: PlannedAgent,
): { text: string; isFix: boolean } {
  if (role === 'architect') return { text: task, isFix: false };
  const modules = blueprint?.modules ?? [];
  const own = modules.find(({ name }) => name === module);
  const isLater = agentsWithRole(snapshot.plan, role as BuildRole, module).length > 0;
  const findings = snapshot.state.build.modules.get(module ?? '')?.judged?.findings ?? [];
  if (role === 'builder' && isLater && findings.length > 0) return { text: findings.join('\n'), isFix: true };
  if (role === 'builder' && own)
    return { text: [own.name, own.description, ...own.paths].join('\n'), isFix: false };
  const listed = own ? [own] : modules;
  return { text: listed.map(({ name, description }) => `${name} ${description}`).join('\n'), isFix: false };
}

function listCandidates({ now }: Engine, { records }: ReadMemory): BuildAddition[] {
  const all = records.map(({ record }) => record);
  let left = CANDIDATE_TOKENS;
  const lines = archiveCandidates(all, now().toISOString())
    .map(formatCandidate)
    .filter((line) => {
      left -= countTokens(line);
      return left >= 0;
    });
  return lines.length === 0 ? [] : [{ kind: 'archive-candidates', lines }];
}
