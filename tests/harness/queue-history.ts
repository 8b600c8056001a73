import type { Batch, QueueEvent } from '../../src/queue/model/queue-event.ts';

/** What must never be in the history of a queue: a task with two holders, done twice, settled by another token, or (of `all`) not done. */
export function findHistoryFaults(batches: readonly Batch[], all: readonly string[]): string[] {
  const history = new History();
  for (const [n, { seq, events }] of batches.entries()) {
    if (seq !== n + 1) history.faults.push(`batch ${n + 1} has number ${seq}`);
    for (const event of events) history.take(event);
  }
  return [...history.faults, ...all.filter((id) => !history.done.has(id)).map((id) => `${id} was not done`)];
}

class History {
  readonly faults: string[] = [];
  readonly done = new Set<string>();
  private readonly held = new Set<string>();
  private readonly last = new Map<string, string>();

  take(event: QueueEvent): void {
    if (event.type === 'claimed') this.claim(event);
    else if (event.type === 'completed') this.complete(event);
    else if (event.type === 'expired' || event.type === 'released' || event.type === 'blocked')
      this.end(event);
  }

  private claim({ task, token }: { task: string; token: string }): void {
    if (this.held.has(task)) this.faults.push(`${task} was claimed twice`);
    if (this.done.has(task)) this.faults.push(`${task} was claimed after it was done`);
    this.held.add(task);
    this.last.set(task, token);
  }

  private complete(event: { task: string; token: string }): void {
    if (this.done.has(event.task)) this.faults.push(`${event.task} was done twice`);
    this.done.add(event.task);
    this.end(event);
  }

  private end({ task, token }: { task: string; token: string }): void {
    if (this.last.get(task) !== token) this.faults.push(`${task} was settled by another token`);
    this.held.delete(task);
  }
}
