import type { GatePage } from '../../../pipeline/gate/page.ts';
import type { Diagnostic } from '../../../system/result.ts';
import type { AgentDetail, FindingsDetail, QueueDetail, RunsDetail } from '../../detail.ts';
import type { RunView } from '../../model.ts';

/** Which view is shown, as the address's fragment says. */
export type PageView =
  | { view: 'runs' }
  | { view: 'queue' }
  | { view: 'run' | 'findings' | 'agents'; run: string }
  | { view: 'agent'; run: string; agent: string }
  | { view: 'gate'; run: string; stage: string };

/** What the page was sent. Absent: not yet. */
export interface PageData {
  runs?: RunsDetail;
  queues?: QueueDetail[];
  run?: RunView;
  findings?: FindingsDetail;
  agent?: AgentDetail;
  /** null: nothing to approve yet. */
  gate?: GatePage | null;
  problems: Diagnostic[];
}

/** What the reader has chosen on the page, and what the browser says. */
export interface PageState {
  at: PageView;
  /** The server's clock, ms since the epoch. */
  now: number;
  /** Width of the content in CSS pixels. */
  width: number;
  /** Zoom of the timeline: 1 shows all. */
  zoom: number;
  /** Words to look for. */
  search: string;
  /** Chosen values of filters, by name; absent: all. */
  filters: Readonly<Record<string, string>>;
  link: { state: 'live' | 'waiting' | 'lost' | 'still' | 'refused'; since: number };
  /** What was copied last, so that its button says so. */
  copied: string;
}

/** Reads the fragment of the address. Unknown ones lead to the list of runs. Pure. */
export function parseFragment(fragment: string): PageView {
  const [first, run = '', view, which = ''] = fragment.replace(/^#\/?/, '').split('/').map(decode);
  if (first === 'queue') return { view: 'queue' };
  if (first !== 'run' || run === '') return { view: 'runs' };
  if (view === 'findings' || view === 'agents') return { view, run };
  if (view === 'agent' && which !== '') return { view, run, agent: which };
  if (view === 'gate' && which !== '') return { view, run, stage: which };
  return { view: 'run', run };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** The path of the stream that a view listens to. */
export function streamOf(at: PageView): string {
  return at.view === 'runs' || at.view === 'queue' ? at.view : `run/${at.run}`;
}

/** The path of what a view needs beside its stream; undefined if it needs nothing. */
export function detailOf(at: PageView): string | undefined {
  if (at.view === 'findings') return `run/${at.run}/findings`;
  if (at.view === 'agent') return `run/${at.run}/agent/${at.agent}`;
  return at.view === 'gate' ? `run/${at.run}/gate/${at.stage}` : undefined;
}
