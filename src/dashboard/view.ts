import { plainText } from '../findings/plain-text.ts';
import type { RunOverview } from '../pipeline/overview/read-overview.io.ts';
import { type Cost, type CostSource, sumCost, sumDomains } from '../run/cost/cost.ts';
import { type Snapshot, standingOf, stateOf } from '../run/dispatch/standing.ts';
import type { ModuleState } from '../run/ledger/module-state.ts';
import type { Trace } from '../run/trace/attempts.ts';
import type { SlotTable } from '../run/trace/slots.ts';
import type { AgentRow, ModulePhase, ModuleRow, RunView } from './model.ts';

/** Maximum number of marks that are shown: the latest. */
const MAX_MARKS = 200;

/** Builds the view of a run from what `sao status` and `sao trace` are made of. Pure, but for the slots, which stay with their attempts. */
export function buildRunView(
  snapshot: Snapshot,
  overview: RunOverview,
  trace: Trace,
  slots: SlotTable,
): RunView {
  return {
    overview,
    agents: (snapshot.plan?.agents ?? []).map((agent): AgentRow => {
      const { id, name, domain, role, model, wave } = agent;
      const { attempts, running } = stateOf(snapshot, id);
      const standing = standingOf(snapshot, agent);
      return { id, name, domain, role, model, wave, standing, attempts: running?.attempt ?? attempts };
    }),
    attempts: trace.attempts.map((attempt) => ({
      agent: attempt.agent,
      attempt: attempt.attempt,
      slot: slots.slotOf(attempt),
      from: attempt.startedAt,
      ...(attempt.endedAt === undefined ? {} : { to: attempt.endedAt }),
      outcome: attempt.outcome,
    })),
    marks: trace.marks.slice(-MAX_MARKS),
    modules: [...snapshot.state.build.modules].map(([name, state]) => describeModule(name, state)),
    cost: sumRunCost(snapshot),
  };
}

function describeModule(name: string, state: ModuleState): ModuleRow {
  const { judgedBy, failures, resolutions, blocked, judged } = state;
  const detail = blocked ? `conflict ${blocked.conflict}` : (judged?.reasons.join('; ') ?? '');
  return {
    name,
    phase: phaseOfModule(state),
    reviews: judgedBy.size,
    failures,
    resolutions,
    detail: plainText(detail, 300),
  };
}

function phaseOfModule({ blocked, merged, judged, examined, base, hardening }: ModuleState): ModulePhase {
  if (blocked) return 'blocked';
  if (hardening.length > 0) return 'building';
  if (merged && merged.source === judged?.commit) return 'merged';
  const isReviewed = judged !== undefined && judged.commit === (examined?.commit ?? judged.commit);
  if (isReviewed) return judged.verdict === 'pass' ? 'passed' : 'failed';
  if (examined) return 'review';
  return base === undefined ? 'waiting' : 'building';
}

function sumRunCost(snapshot: Snapshot): Cost {
  const sources = (snapshot.plan?.agents ?? []).map(
    ({ id, model, domain }): CostSource & { domain: string } => {
      const { costUsd, tokens } = stateOf(snapshot, id);
      const used = tokens.input + tokens.output;
      return {
        model,
        domain,
        costUsd: costUsd > 0 ? costUsd : undefined,
        tokens: used > 0 ? used : undefined,
      };
    },
  );
  const { agentForecast } = snapshot.state;
  return {
    ...sumCost(sources),
    byDomain: sumDomains(sources),
    ...(agentForecast ? { forecast: agentForecast } : {}),
  };
}
