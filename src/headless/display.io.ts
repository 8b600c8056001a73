import { performance } from 'node:perf_hooks';
import { plainText } from '../findings/plain-text.ts';
import { countOf } from '../findings/words.ts';
import { quoteCommand } from '../system/command-line.ts';
import type { ProgressNotice } from './drive-options.ts';
import { runTexts } from './wording.ts';

export interface Screen {
  note(line: string): void;
  progress(line: string): void;
  stderrIsTerminal: boolean;
}

export interface Display {
  show(notice: ProgressNotice): void;
  close(): void;
}

/** Prints progress: on a terminal as one changing line, elsewhere one line per change, and inside a session only failures. */
export function openDisplay(screen: Screen, isQuiet: boolean, line: (elapsedMs: number) => string): Display {
  const startedAt = performance.now();
  const draw = () => screen.progress(line(performance.now() - startedAt));
  const ticks = screen.stderrIsTerminal ? setInterval(draw, 1000) : undefined;
  return {
    show(notice) {
      const text = describeNotice(notice);
      const isWrong =
        notice.kind === 'limited' ||
        notice.kind === 'waiting' ||
        (notice.kind === 'ended' && faultIn(notice) !== undefined);
      if (screen.stderrIsTerminal ? isWrong : isWrong || !isQuiet) {
        screen.progress('');
        screen.note(text);
      }
      if (screen.stderrIsTerminal) draw();
    },
    close() {
      clearInterval(ticks);
      screen.progress('');
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
