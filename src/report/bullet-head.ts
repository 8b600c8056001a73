import type { Severity } from './finding.ts';
import { isNoPlace, type Place, readPlace } from './place.ts';
import { endOfTitle, joinSegments, type Segment, splitSegments } from './segments.ts';
import { readRating, takeRating } from './severity-words.ts';

/** The first line of a bullet taken apart. */
export interface Head {
  severity: Severity | undefined;
  title: string;
  place: Place | undefined;
  detail: string;
}

interface Slot {
  place: Place | undefined;
  /** Further places in the same slot, which a finding has no field for. */
  more: string;
}

/** `[severity] title — path:line — detail` on one plain line, with any of the dashes. */
export function readHead(line: string): Head {
  const { severity, rest } = takeRating(line);
  const segments = splitSegments(rest.trim());
  if (severity) return { severity, ...layOut(segments) };
  const spoken = segments.findIndex((s, i) => i > 0 && readRating(s.text) !== undefined);
  const head = layOut(segments.filter((_, i) => i !== spoken));
  if (spoken > 0) return { severity: readRating(segments[spoken]?.text ?? ''), ...head };
  const late = takeRating(head.title);
  return { ...head, severity: late.severity, title: late.rest };
}

// The place tells the title before it from the detail after it, so that both may hold dashes.
function layOut(segments: Segment[]): Omit<Head, 'severity'> {
  const slots = segments.map((segment) => readSlot(segment.text));
  const at = segments.length < 2 ? -1 : slots.findIndex((slot) => slot !== undefined);
  const words = segments.filter((_, i) => i !== at);
  const end = at > 0 ? at : endOfTitle(words);
  const slot = slots[at] ?? { place: undefined, more: '' };
  const title = joinSegments(words.slice(0, end));
  const detail = [joinSegments(words.slice(end)), slot.more && `(also ${slot.more})`]
    .filter(Boolean)
    .join(' ');
  return slot.place || at >= 0 ? { title, place: slot.place, detail } : { ...takeTail(title), detail };
}

// `title (src/a.ts:12)`
function takeTail(title: string): { title: string; place: Place | undefined } {
  const tail = / [([]([^()[\]]{3,300})[)\]]$/.exec(title.slice(-310));
  const place = tail && readPlace(tail[1] ?? '');
  return place ? { title: title.slice(0, -tail[0].length), place } : { title, place: undefined };
}

function readSlot(text: string): Slot | undefined {
  if (isNoPlace(text)) return { place: undefined, more: '' };
  const whole = readPlace(text);
  if (whole) return { place: whole, more: '' };
  const [, first = '', more = ''] = /^(\S{1,300}?)(?:[,;] |,? and )(.{1,400})$/.exec(text) ?? [];
  const place = readPlace(first);
  const hasMore = place?.line !== undefined || readPlace(more) !== undefined;
  return place && hasMore ? { place, more } : undefined;
}
