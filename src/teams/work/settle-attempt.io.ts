import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueCall } from '../../queue/call/queue-call.io.ts';
import type { Settled } from '../../queue/decide/settle.ts';
import type { QueueDecision, QueueView } from '../../queue/decide/view.ts';
import { catchExpectedError, type Result, unwrap } from '../../system/result.ts';

const FIRST_PAUSE_MS = 500;
const LARGEST_PAUSE_MS = 15_000;

/**
 * Settles a claim, and tries again while the queue cannot be reached: the same token settles it later. Returns the queue's answer or refusal, or the
 * last failure once `signal` is aborted.
 */
export async function settleClaim(
  call: QueueCall,
  decide: (view: QueueView) => Result<QueueDecision<Settled>>,
  { signal, onUnreachable }: { signal: AbortSignal; onUnreachable(reason: string): void },
): Promise<Result<Settled>> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LARGEST_PAUSE_MS, pause * 2)) {
    const settled = await catchExpectedError(async () => unwrap(await call.decide(decide)));
    if (settled.ok || settled.cause === 'input' || signal.aborted) return settled;
    onUnreachable(settled.diagnostics[0]?.message ?? '');
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}
