import { join } from 'node:path';
import { type HeadlessContext, type Order, runHeadless } from '../../headless/run-headless.io.ts';
import type { AgentsCost } from '../../run/cost/amounts.ts';
import { decideUnderLock } from '../../run/dispatch/snapshot.io.ts';
import { MAX_OUTPUT_BYTES } from '../../run/outputs/output.io.ts';
import { finishRun } from '../../run/report/finish.io.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { unwrap } from '../../system/result.ts';
import type { RunEnd } from './judge-attempt.ts';
import type { OpenAttempt } from './open-attempt.io.ts';

/** How agents are started, from the options of the call. */
export type CoderOrder = Pick<Order, 'driver' | 'template' | 'mcp'>;

/** Runs the agent of an attempt headless, as `sao run` does, until it ends or is stopped. `maxCostUsd`: undefined without a bound. */
export async function runCoder(
  { dir, agent }: OpenAttempt,
  order: CoderOrder & { maxCostUsd: number | undefined },
  context: HeadlessContext,
): Promise<RunEnd & { cost: AgentsCost }> {
  const result = unwrap(
    await runHeadless(
      { ...order, dir, engineOnly: false, schedule: 'rolling', onLimit: 'halt', isBuiltIn: true },
      context,
    ),
  );
  const now = context.now();
  const holds = decideUnderLock(dir, now, (snapshot) => {
    finishRun(snapshot, now);
    return snapshot.state.service.holds;
  });
  const ends = [...holds.values()].map(({ until }) => until).filter((until) => until > now.getTime());
  const isDone = result.counts.done === 1;
  return {
    isDone,
    isInterrupted: result.interrupted,
    fault: isDone ? '' : (result.gaps[0]?.reason ?? result.halted ?? ''),
    ...(ends.length > 0 && { limitedUntil: Math.max(...ends) }),
    report: isDone ? readBoundedText(join(dir, agent.output), MAX_OUTPUT_BYTES) : '',
    cost: { costUsd: result.costUsd, assumedUsd: result.assumedUsd, unpriced: result.unpriced },
  };
}
