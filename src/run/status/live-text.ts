import { plainText } from '../../findings/plain-text.ts';
import { type AgentsCost, formatSpent } from '../cost/amounts.ts';
import { formatAbout, formatSpan } from '../ledger/duration.ts';
import type { RunStatus } from './status.ts';

/** Maximum number of slots that are drawn. */
const MAX_SLOTS = 40;
const BAR = 20;

/** Something that runs in a slot. */
export interface SlotHolder {
  id: string;
  attempt: number;
}

/** Gives what runs a slot for as long as it runs, so that a strip of slots does not jump. */
export class SlotStrip {
  private slots: (SlotHolder | undefined)[] = [];

  /** Draws the slots: `▇` a first attempt, `R` a retry, `·` nothing. */
  draw(running: readonly SlotHolder[], count: number): string {
    const open = new Map(running.map((holder) => [holder.id, holder]));
    this.slots = this.slots.map((holder) => {
      const same = holder && open.get(holder.id);
      if (same) open.delete(same.id);
      return same;
    });
    for (const holder of open.values()) {
      const free = this.slots.indexOf(undefined);
      this.slots[free < 0 ? this.slots.length : free] = holder;
    }
    const all = Array.from({ length: Math.max(count, this.slots.length) }, (_, at) => this.slots[at]);
    const drawn = all.slice(0, MAX_SLOTS).map((holder) => {
      if (!holder) return '·';
      return holder.attempt > 1 ? 'R' : '▇';
    });
    return `${drawn.join('')}${all.length > MAX_SLOTS ? ` +${all.length - MAX_SLOTS}` : ''}`;
  }
}

/**
 * Formats the live view of a run for a terminal: what needs a human, the wave or stage, the slots, and time, rate and cost. `cost`: of the run and of what
 * shares its bound. Pure, but for the strip.
 */
export function renderLive(
  status: RunStatus,
  strip: SlotStrip,
  { width, stage, cost = status }: { width: number; stage?: string; cost?: AgentsCost },
): string {
  const { counts, total, wave, metrics, running } = status;
  const place = stage ?? (wave.open === null ? status.state : `wave ${wave.open} of ${wave.of}`);
  const gaps = counts.gap > 0 ? [`${counts.gap} ${counts.gap === 1 ? 'gap' : 'gaps'}`] : [];
  const rate = metrics.donePerHour === null ? [] : [`${metrics.donePerHour} an hour`];
  const left =
    metrics.remainingMs === null ? 'time left not known' : `${formatAbout(metrics.remainingMs)} left`;
  const lines = [
    needsLine(status),
    [place, `${counts.done} of ${total} done`, `${counts.running} running`, ...gaps].join(' · '),
    `${strip.draw(running, metrics.slots)}  ${drawBar(counts.done + counts.gap, total)}`,
    [left, `${formatSpan(metrics.elapsedMs)} so far`, ...rate, formatSpent(cost)].join(' · '),
  ];
  return lines.map((line) => [...line].slice(0, Math.max(width, 40)).join('')).join('\n');
}

/** The most urgent thing that needs a human, with the command that answers it, and how many more there are. */
export function needsLine({ needs }: Pick<RunStatus, 'needs'>): string {
  const [first, ...others] = needs;
  if (!first) return 'needs you: nothing';
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  const command = first.command === undefined ? '' : `: ${first.command}`;
  return `needs you${more}: ${plainText(first.text, 100)}${command}`;
}

function drawBar(done: number, total: number): string {
  const part = total === 0 ? 0 : Math.floor((done * BAR) / total);
  const share = total === 0 ? 0 : Math.floor((done * 100) / total);
  return `${'█'.repeat(part).padEnd(BAR, '░')} ${share} %`;
}
