/** Reasons to reject a line of a training file, in the order in which they are reported. Each completes "the line …". */
export const REASONS = {
  'not-json': 'is not a JSON object',
  schema: 'is not a valid training pair',
  'duplicate-id': 'has the id of an earlier pair',
  'low-quality': 'has a quality below the minimum',
  'no-noun': 'names no part of the project in its answer',
  'too-short': 'has an answer that is too short',
  'too-long': 'has an answer that is too long',
  secret: 'contains a secret',
  expired: 'has expired',
  'from-future': 'has a source_timestamp in the future',
  'open-conflict': 'has a source with an open contract conflict',
  contradiction: 'contradicts another pair',
  superseded: 'is replaced by a newer pair with another answer',
  'near-duplicate': 'has nearly the same words as another pair',
  phrasings: 'has an answer that three other pairs already have',
} as const;

export type ReasonCode = keyof typeof REASONS;

export interface Reason {
  code: ReasonCode;
  /** The field and its fault; never the text of the pair, which may hold a secret. */
  detail: string;
}

export interface RejectedPair {
  file: string;
  line: number;
  /** null if the id is missing or unreadable. */
  pairId: string | null;
  reasons: Reason[];
}
