import { plainText } from '../findings/plain-text.ts';
import type { OpenQueue } from '../queue/call/open-queue.io.ts';
import type { QueueView } from '../queue/decide/view.ts';
import { lastAttempt } from '../queue/state/state.ts';
import { computeStats } from '../queue/stats/compute-stats.ts';
import { formatAbout, formatSpan } from '../run/ledger/duration.ts';
import { SlotStrip } from '../run/status/live-text.ts';
import type { Context } from './command.ts';

const REDRAW_MS = 2_000;
/** Maximum number of running tasks that are named. */
const MAX_RUNNING = 8;

/** Formats the live view of an executor: what needs a human, its slots, time, rate, and what runs. Pure, but for the strip. */
export function renderWorkLive(
  { state, now }: Pick<QueueView, 'state' | 'now'>,
  executor: { id: string; slots: number },
  strip: SlotStrip,
  width: number,
): string {
  const stats = computeStats(state, now);
  const running = [...state.claimed].flatMap((id) => {
    const task = state.tasks.get(id);
    const attempt = task && lastAttempt(task);
    return attempt?.executor === executor.id
      ? [{ id, attempt: attempt.number, since: attempt.since, title: task?.spec.title ?? '' }]
      : [];
  });
  const question = [...state.blockers.values()].find(
    ({ answer, for: whose }) => answer === undefined && whose === 'human',
  );
  const needs = question
    ? `${plainText(question.question, 100)}: sao blocker resolve ${question.id}`
    : 'nothing';
  const left = stats.remainingMs === null ? 'time left not known' : `${formatAbout(stats.remainingMs)} left`;
  const lines = [
    `needs you: ${needs}`,
    `${stats.tasks.done} done · ${stats.running} running · ${stats.tasks.ready} ready · ${stats.tasks.waiting} waiting · ${stats.tasks.blocked} blocked`,
    `${strip.draw(running, executor.slots)}  ${left} · ${stats.donePerHour} in the last hour`,
    ...running
      .slice(0, MAX_RUNNING)
      .map(
        ({ id, attempt, since, title }) =>
          `${id}  attempt ${attempt}  ${formatSpan(now - since)}  ${plainText(title, 80)}`,
      ),
  ];
  return lines.map((line) => [...line].slice(0, Math.max(width, 40)).join('')).join('\n');
}

/** Draws the live view on a terminal until `close` is called; elsewhere nothing. `note` prints a line above it. */
export function openWorkLive(
  { call }: OpenQueue,
  executor: { id: string; slots: number },
  { stderrIsTerminal, redraw, note }: Context,
): { note(line: string): void; close(): void } {
  if (!stderrIsTerminal) return { note, close: () => {} };
  const strip = new SlotStrip();
  let last: QueueView | undefined;
  const draw = () => {
    const view = last;
    if (view) redraw((width) => renderWorkLive(view, executor, strip, width));
  };
  const read = async () => {
    const view = await call.readView();
    if (view.ok) last = view.value;
    draw();
  };
  // A queue that cannot be reached is told by the executor itself.
  const ticks = setInterval(() => void read().catch(() => undefined), REDRAW_MS);
  return {
    note(line) {
      redraw(() => '');
      note(line);
      draw();
    },
    close() {
      clearInterval(ticks);
      last = undefined;
      redraw(() => '');
    },
  };
}
