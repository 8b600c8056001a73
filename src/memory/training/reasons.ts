/** Reasons why a line of a training file does not count, in the order in which they are reported. */
export const REASONS = {
  'not-json': 'is no JSON object on one line',
  schema: 'is not a training pair',
  'duplicate-id': 'has the id of an earlier pair',
  'low-quality': 'has too low a quality',
  'no-noun': 'names nothing of the project in its answer',
  'too-short': 'has too short an answer',
  'too-long': 'has too long an answer',
  secret: 'holds a secret',
  expired: 'has expired',
  'from-future': 'has a source from the future',
  'open-conflict': 'comes from something that a conflict is open about',
  contradiction: 'contradicts another pair',
  superseded: 'says what a newer pair says otherwise',
  'near-duplicate': 'says what another pair says in nearly the same words',
  phrasings: 'is one phrasing too many of a fact',
} as const;

export type ReasonCode = keyof typeof REASONS;

export interface Reason {
  code: ReasonCode;
  /** The field and its fault; never the text of the pair, which may hold a secret. */
  detail: string;
}

export interface Rejection {
  file: string;
  line: number;
  /** null if the id is missing or unreadable. */
  pairId: string | null;
  reasons: Reason[];
}
