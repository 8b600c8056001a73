import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that another process brings about; the test's own time limit ends it. */
export async function waitUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}
