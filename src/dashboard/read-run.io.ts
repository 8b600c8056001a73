import { createHash } from 'node:crypto';
import { readOverview } from '../pipeline/overview/read-overview.io.ts';
import { FollowedRun } from '../run/dispatch/follow-run.io.ts';
import { AttemptTracer } from '../run/trace/attempts.ts';
import { SlotTable } from '../run/trace/slots.ts';
import type { RunView } from './model.ts';
import { buildRunView } from './view.ts';

/** The view of one run, read again at each call. */
export class RunReader {
  private readonly run: FollowedRun;
  private readonly env: Readonly<Record<string, string | undefined>>;
  private tracer = new AttemptTracer();
  private slots = new SlotTable();

  constructor(dir: string, env: Readonly<Record<string, string | undefined>>) {
    this.env = env;
    this.run = new FollowedRun(
      dir,
      (entry) => this.tracer.add(entry),
      () => {
        this.tracer = new AttemptTracer();
        this.slots = new SlotTable();
      },
    );
  }

  /** Reads the run now. Throws an ExpectedError if a document of it is missing or damaged. */
  read(now: Date): RunView {
    const snapshot = this.run.read(now);
    return buildRunView(snapshot, readOverview(snapshot, this.env), this.tracer, this.slots);
  }

  /** Names the state that was read last: the offset in the ledger, and a hash of what a page was sent. */
  identify(sent: ReadonlyMap<string, string>): string {
    const hash = createHash('sha256');
    for (const text of sent.values()) hash.update(text);
    return `${this.run.offset}-${hash.digest('hex')}`;
  }
}
