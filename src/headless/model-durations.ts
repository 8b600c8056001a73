import type { Model } from '../run/ledger/manifest.ts';

/** How long the ended agents of each model took, so that a schedule can expect the same of the next ones. */
export class ModelDurations {
  private readonly byModel = new Map<Model | null, { seconds: number; count: number }>();

  record(model: Model | null, seconds: number): void {
    const known = this.byModel.get(model) ?? { seconds: 0, count: 0 };
    this.byModel.set(model, { seconds: known.seconds + seconds, count: known.count + 1 });
  }

  /** The mean in seconds; 1 if none has ended, so that all agents count alike. */
  expected(model: Model | null): number {
    const known = this.byModel.get(model);
    return known ? known.seconds / known.count : 1;
  }
}
