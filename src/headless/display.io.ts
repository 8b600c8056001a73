import { performance } from 'node:perf_hooks';
import { plainText } from '../findings/plain-text.ts';
import { countOf } from '../findings/words.ts';
import { quoteCommand } from '../system/command-line.ts';
import type { ProgressNotice } from './drive-options.ts';
import { runTexts } from './wording.ts';

export interface Screen {
  note(line: string): void;
  progress(line: string): void;
  /** Draws lines over the lines that were drawn before; an empty text removes them. */
  redraw?(draw: (width: number) => string): void;
  stderrIsTerminal: boolean;
}

export interface Display {
  show(notice: ProgressNotice): void;
  close(): void;
}

/** Least time between two pictures, in milliseconds. */
const REDRAW_MS = 200;

/** Prints progress: on a terminal as lines that change in place, elsewhere one line per change, and inside a session only failures. */
export function openDisplay(screen: Screen, isQuiet: boolean, render: (width: number) => string): Display {
  let drawnAt = Number.NEGATIVE_INFINITY;
  const put = (draw: (width: number) => string) => {
    if (screen.redraw) screen.redraw(draw);
    else screen.progress(draw(120).split('\n')[1] ?? '');
  };
  const draw = () => {
    drawnAt = performance.now();
    put(render);
  };
  const ticks = screen.stderrIsTerminal ? setInterval(draw, 1000) : undefined;
  return {
    show(notice) {
      const text = describeNotice(notice);
      const isWrong =
        notice.kind === 'limited' ||
        notice.kind === 'waiting' ||
        (notice.kind === 'ended' && faultIn(notice) !== undefined);
      const isPrinted = screen.stderrIsTerminal ? isWrong : isWrong || !isQuiet;
      if (isPrinted) {
        if (screen.stderrIsTerminal) put(() => '');
        screen.note(text);
      }
      if (screen.stderrIsTerminal && (isPrinted || performance.now() - drawnAt > REDRAW_MS)) draw();
    },
    close() {
      clearInterval(ticks);
      if (screen.stderrIsTerminal) put(() => '');
    },
  };
}

function describeNotice(notice: ProgressNotice): string {
  if (notice.kind === 'waiting') return runTexts.waiting(notice.hold, notice.now);
  const { agent } = notice;
  switch (notice.kind) {
    case 'started': {
      const how = agent.command ? quoteCommand(agent.command) : (agent.model ?? 'digest');
      return runTexts.started(agent.id, notice.attempt, plainText(how, 100));
    }
    case 'limited':
      return runTexts.limited(notice.limit, notice.now);
    case 'ended':
      return runTexts.ended(agent.id, faultIn(notice) ?? describeEnding(notice));
  }
}

function faultIn({ events }: Extract<ProgressNotice, { kind: 'ended' }>): string | undefined {
  const gap = events.find((event) => event.type === 'gap');
  if (gap) return `a gap: ${gap.reason}`;
  const returned = events.find((event) => event.type === 'returned');
  return returned?.fault === undefined ? undefined : `${returned.verdict}: ${returned.fault}`;
}

function describeEnding({ events }: Extract<ProgressNotice, { kind: 'ended' }>): string {
  const returned = events.find((event) => event.type === 'returned');
  if (!returned) return 'released';
  const { critical, major, minor } = returned.findings;
  return `${returned.verdict}, ${countOf(returned.words, 'word')}, ${countOf(critical + major + minor, 'finding')}`;
}
