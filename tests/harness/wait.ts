import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds; the test's own timeout ends it. */
export async function waitUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}
