import type { Severity } from './finding.ts';
import { isNoPlace, type Place, readPlace } from './place.ts';
import { endOfTitle, joinSegments, type Segment, splitSegments, splitTight } from './segments.ts';
import { readRating, splitInnerRating, splitRating } from './severity-words.ts';

/** The parts of the first line of a bullet. */
export interface Head {
  severity: Severity | undefined;
  title: string;
  place: Place | undefined;
  detail: string;
}

interface Slot {
  place: Place | undefined;
  /** Further places in the same slot; a finding has no field for them. */
  more: string;
  /** Words in the same slot. */
  said: string;
}

/** Reads `[severity] title — path:line — detail` from one plain line with any kind of dash. */
export function readHead(line: string): Head {
  const { severity, rest } = splitRating(line);
  const segments = split(rest.trim());
  if (severity) return { severity, ...layOut(segments) };
  const spoken = segments.findIndex((s, i) => i > 0 && readRating(s.text) !== undefined);
  const head = layOut(segments.filter((_, i) => i !== spoken));
  if (spoken > 0) return { severity: readRating(segments[spoken]?.text ?? ''), ...head };
  const late = splitRating(head.title);
  const inner = late.severity ? late : splitInnerRating(head.title);
  return { ...head, severity: inner.severity, title: inner.rest.trim() };
}

// `title—src/a.ts:12—detail`: dashes without spaces separate parts only if one part is a place.
function split(text: string): Segment[] {
  const segments = splitSegments(text);
  if (segments.length > 1 || !text.includes('—')) return segments;
  const tight = splitTight(text);
  return tight.some((segment, i) => i > 0 && readPlace(segment.text)) ? tight : segments;
}

// The place separates the title from the detail, so both may contain dashes.
function layOut(segments: Segment[]): Omit<Head, 'severity'> {
  const slots = segments.map((segment, i) => readSlot(segment.text, i));
  const at = segments.length < 2 ? -1 : findSlot(slots);
  const words = segments.filter((_, i) => i !== at);
  const end = at > 0 ? at : endOfTitle(words);
  const slot = slots[at] ?? { place: undefined, more: '', said: '' };
  const title = joinSegments(words.slice(0, end));
  const said = [slot.said, joinSegments(words.slice(end))].filter(Boolean).join(' — ');
  const detail = [said, slot.more && `(also ${slot.more})`].filter(Boolean).join(' ');
  return slot.place || at >= 0
    ? { title, place: slot.place, detail }
    : { ...splitTrailingPlace(title), detail };
}

// A title may be a path itself (`Dockerfile — Dockerfile:3`). The first segment is the place only if no later segment is
// one, or if the first segment has a line and the later place is not the second segment.
function findSlot(slots: readonly (Slot | undefined)[]): number {
  const later = slots.findIndex((slot, i) => i > 0 && slot !== undefined);
  const leads = slots[0]?.place?.line !== undefined && later !== 1;
  return slots[0] && (leads || later < 0) ? 0 : later;
}

// `title (src/a.ts:12)`
function splitTrailingPlace(title: string): { title: string; place: Place | undefined } {
  const tail = / [([]([^()[\]]{3,300})[)\]]$/.exec(title.slice(-310));
  const place = tail && readPlace(tail[1] ?? '');
  return place ? { title: title.slice(0, -tail[0].length), place } : { title, place: undefined };
}

const ALONE = { more: '', said: '' };

function readSlot(text: string, index: number): Slot | undefined {
  if (index === 1 && isNoPlace(text)) return { place: undefined, ...ALONE };
  const whole = readPlace(text);
  if (whole) return { place: whole, ...ALONE };
  const [, first = '', by = '', more = ''] = /^(\S{1,300}?)(: |[,;] |,? and )(.{1,400})$/.exec(text) ?? [];
  const place = readPlace(first);
  if (place && by !== ': ' && isListOfPlaces(more)) return { place, more, said: '' };
  const hasWords = place?.line !== undefined || by === ': ';
  return place && hasWords && index > 0 ? { place, more: '', said: more } : undefined;
}

function isListOfPlaces(text: string): boolean {
  return text.split(/[,;] | and /).every((part) => /^L?\d[\d:L–-]*$/.test(part) || readPlace(part));
}
