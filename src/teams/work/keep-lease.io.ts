import type { QueueCall } from '../../queue/call/queue-call.io.ts';
import { decideRenew } from '../../queue/decide/settle.ts';
import { ExpectedError, type Result } from '../../system/result.ts';

/** Renews a claim for as long as its attempt runs. */
export interface LeaseKeeper {
  /** Renews now. Throws an ExpectedError if the claim is lost or the queue cannot be reached. */
  fence(): Promise<void>;
  stop(): void;
}

/**
 * Renews a claim at a third of its lease. While the queue cannot be reached it tries more often, and the work goes on: a token whose lease is over still
 * counts until another attempt begins. `onLost`: called once when another attempt may have begun.
 */
export function keepLease(call: QueueCall, token: string, leaseMs: number, onLost: () => void): LeaseKeeper {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const renew = () => call.renew(token, (view) => decideRenew(view, token));
  const schedule = (ms: number) => {
    if (!isOver) timer = setTimeout(() => void beat(), ms);
  };
  const lose = () => {
    if (isOver) return;
    isOver = true;
    onLost();
  };
  const beat = async () => {
    const renewed = await renew().catch(asFailure);
    if (renewed.ok) schedule(leaseMs / 3);
    else if (renewed.cause === 'environment') schedule(leaseMs / 12);
    else lose();
  };
  schedule(leaseMs / 3);
  return {
    async fence() {
      const renewed = await renew();
      if (renewed.ok) return;
      if (renewed.cause === 'input') lose();
      throw new ExpectedError(renewed);
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

function asFailure(error: unknown): Result<never> {
  if (error instanceof ExpectedError) return error.failure;
  throw error;
}
