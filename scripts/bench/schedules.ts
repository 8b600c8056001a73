import type { Schedule } from '../../src/headless/schedule.ts';
import { DEFAULT_LIMITS, type Model } from '../../src/run/ledger/manifest.ts';
import { packWaves } from '../../src/run/plan/waves.ts';
import { median, type Row } from './measure.ts';
import { lowerBound, simulate, type TimedTask } from './simulate.ts';

const SEEDS = 41;
const WORKERS = 120;
const MIX: readonly { model: Model; from: number; to: number }[] = [
  { model: 'haiku', from: 10, to: 60 },
  { model: 'sonnet', from: 30, to: 180 },
  { model: 'opus', from: 60, to: 300 },
];

/** The makespan of both schedules over the lower bound, by the driver's own decisions and a clock that jumps. */
export function benchSchedules(): Row[] {
  const ratio = (schedule: Schedule, foresees: boolean) =>
    median(Array.from({ length: SEEDS }, (_, seed) => ratioOf(mixOf(seed + 1), schedule, foresees)));
  const row = (schedule: Schedule, foresees: boolean, bound?: number): Row => {
    const value = ratio(schedule, foresees);
    return {
      what: `${schedule} schedule: makespan over the lower bound, ${WORKERS} workers, durations ${foresees ? 'known' : 'unknown'} beforehand`,
      measured: value.toFixed(2),
      bound: bound === undefined ? 'beside it' : `≤ ${bound}`,
      holds: bound === undefined || value <= bound,
    };
  };
  return [row('rolling', false, 1.1), row('rolling', true, 1.1), row('waves', false)];
}

function ratioOf(tasks: TimedTask[], schedule: Schedule, foresees: boolean): number {
  return simulate(tasks, schedule, DEFAULT_LIMITS, foresees).makespan / lowerBound(tasks, DEFAULT_LIMITS);
}

function mixOf(seed: number): TimedTask[] {
  const random = generator(seed);
  const items = Array.from({ length: WORKERS }, (_, n) => {
    const kind = MIX[Math.floor(random() * MIX.length)] ?? { model: 'sonnet' as const, from: 30, to: 180 };
    return {
      id: `w${n}`,
      model: kind.model,
      after: [],
      seconds: Math.round(kind.from + random() * (kind.to - kind.from)),
    };
  });
  const waveOf = new Map(
    packWaves(items, DEFAULT_LIMITS).flatMap((ids, index) => ids.map((id) => [id, index + 1] as const)),
  );
  return items.map(({ id, model, seconds }) => ({
    id,
    model,
    seconds,
    wave: waveOf.get(id) ?? 1,
    needs: [],
  }));
}

/** A small repeatable generator (mulberry32), so that two runs of the benchmark compare the same mixes. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
