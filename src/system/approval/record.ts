/** What a user may demand as the least proof of an approval, the strongest first. */
export const APPROVAL_POLICIES = ['signed', 'asked', 'terminal'] as const;
export type ApprovalPolicy = (typeof APPROVAL_POLICIES)[number];

/**
 * How an approval is proved. `signed`: by an SSH signature; `asked`: by the answer to a question of the client; `terminal`: by a call in a terminal
 * that no session and no agent started; `unattended`: by an option or setting that says that no human is there.
 */
export type ApprovalLevel = ApprovalPolicy | 'unattended';

/** Two more that no human's answer proves: the user's configuration names the commands, or the engine has made the plan itself. */
export type ApprovalBasis = ApprovalLevel | 'config' | 'engine';

/** What an approval is about. */
export interface ApprovalClaim {
  run: string;
  /** `plan`, `commands`, a stage with a gate, or `conflict/NAME`. */
  stage: string;
  /** `approve` or `reject`; of a conflict the decision, `flex` or `adapt`. */
  action: string;
  /** The hash of what was shown. */
  hash: string;
}

/** A human's decision with its proof: one record for gates, plans, commands and conflicts. */
export interface ApprovalRecord extends ApprovalClaim {
  /** Absolute path of the project. */
  project: string;
  /** ISO 8601, UTC. */
  at: string;
  /** Name of the user. */
  by: string;
  level: ApprovalBasis;
  /** The session that asked the question. */
  session?: string;
  note?: string;
}

/** A record as the ledger holds it: with its signature if its level is `signed`. */
export interface ApprovalProof {
  approval: ApprovalRecord;
  /** An SSH signature, armored. */
  signature?: string;
}

const REQUIRED = ['run', 'project', 'stage', 'action', 'hash', 'at', 'by', 'level'] as const;
const OPTIONAL = ['session', 'note'] as const;

/** The text of a record that is signed: all its fields, in a fixed order. */
export function signedText(record: ApprovalRecord): string {
  const lines = [...REQUIRED, ...OPTIONAL].flatMap((key) =>
    record[key] === undefined ? [] : [`${key}: ${JSON.stringify(record[key])}`],
  );
  return `sao approval 1\n${lines.join('\n')}\n`;
}

/** Reads a record from JSON; undefined if a field is missing or unknown, since a signature covers only the known ones. */
export function parseApprovalRecord(value: unknown): ApprovalRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const isText = (key: string) => typeof fields[key] === 'string';
  const known: readonly string[] = [...REQUIRED, ...OPTIONAL];
  const isWhole =
    REQUIRED.every(isText) && Object.keys(fields).every((key) => known.includes(key) && isText(key));
  return isWhole && !Number.isNaN(Date.parse(String(fields.at))) ? (value as ApprovalRecord) : undefined;
}

const RANK: Readonly<Record<ApprovalLevel, number>> = { signed: 3, asked: 2, terminal: 1, unattended: 0 };

/**
 * Whether a level is enough for what the user demands. A rejection opens nothing, so any proof is enough for it. Of the engine's own plans no human
 * is asked; commands of the configuration are compared with it again before each start, so their record proves nothing.
 */
export function meetsPolicy(
  { level, stage, action }: Pick<ApprovalRecord, 'level' | 'stage' | 'action'>,
  policy: ApprovalPolicy | undefined,
): boolean {
  if (policy === undefined || action === 'reject') return true;
  if (level === 'engine') return stage === 'plan';
  return level !== 'config' && RANK[level] >= RANK[policy];
}
