import { createHash } from 'node:crypto';
import { cleanText } from '../../findings/clean-text.ts';
import { plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import { type Kind, MAX_QUESTIONS, MAX_RECORD_TITLE, type MemoryRecord } from './record.schema.ts';

const DAY_MS = 86_400_000;
/** After this number of days a record of this kind is no longer given to agents. */
const LIFETIME_DAYS: Readonly<Record<Kind, number>> = {
  outcome: 90,
  failure: 180,
  decision: 365,
  constraint: 365,
  procedure: 365,
};

/** The parts of a record that its writer gives. */
export interface Lesson {
  kind: Kind;
  title: string;
  text: string;
  asked: string[];
  refs: string[];
  supersedes?: string;
}

/** Where a record comes from. `at` is ISO 8601, UTC. */
export interface Origin {
  project: string;
  role: string;
  module?: string | undefined;
  run: string;
  agent: string;
  at: string;
  basis: MemoryRecord['basis'];
  /** Ids of the records that the writer had been given. */
  recalled: readonly string[];
}

/** The space of a role's session records, or of the archive. */
export function spaceOf(project: string, role: string): string {
  return `project-${cleanText(project, 120)}/${role}`;
}

/** The id of a record: 24 hex characters of a SHA-256 over its space and its text without case and blanks. It never changes afterwards. */
export function recordId(space: string, { title, text }: Pick<Lesson, 'title' | 'text'>): string {
  const words = `${title} ${text}`.normalize('NFKC').toLowerCase().match(/\S+/g) ?? [];
  return createHash('sha256')
    .update(`${space}\n${words.join(' ')}`)
    .digest('hex')
    .slice(0, 24);
}

/** Makes a session record. Every field passes through the redaction. */
export function makeMemoryRecord(lesson: Lesson, origin: Origin): MemoryRecord {
  const { kind, supersedes } = lesson;
  const { project, role, module, run, agent, at, basis, recalled } = origin;
  const space = spaceOf(project, role);
  const title = cleanText(lesson.title, MAX_RECORD_TITLE);
  const text = redact(plainText(lesson.text));
  return {
    version: 1,
    id: recordId(space, { title, text }),
    space,
    layer: 'session',
    role,
    ...(module === undefined ? {} : { module: cleanText(module, 100) }),
    kind,
    title,
    text,
    asked: lesson.asked.slice(0, MAX_QUESTIONS).map((question) => cleanText(question, 200)),
    refs: lesson.refs.slice(0, 12).map((ref) => cleanText(ref, 200)),
    run,
    agent: cleanText(agent, 100),
    at,
    basis,
    expires: expiryOf(kind, at),
    ...(supersedes === undefined ? {} : { supersedes }),
    recalled: [...recalled],
  };
}

function expiryOf(kind: Kind, at: string): string {
  return new Date(Date.parse(at) + LIFETIME_DAYS[kind] * DAY_MS).toISOString();
}

/** The same record in the archive. Its id stays, so that tombstones and `supersedes` still name it. */
export function archivedRecord(record: MemoryRecord): MemoryRecord {
  return { ...record, layer: 'archive', space: record.space.replace(/\/[^/]*$/, '/archive') };
}

/** The text of a file with records: JSON with a newline at its end. */
export function formatDocument(records: readonly MemoryRecord[]): string {
  return `${JSON.stringify({ version: 1, records }, null, 2)}\n`;
}
