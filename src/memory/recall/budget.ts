import type { Role } from '../../run/ledger/manifest.ts';

/** The most that recalls may add to a prompt. */
export interface RecallBudget {
  records: number;
  tokens: number;
}

const NONE: RecallBudget = { records: 0, tokens: 0 };
const SMALL: RecallBudget = { records: 3, tokens: 300 };

const BUDGETS: Partial<Record<Role, RecallBudget>> = {
  architect: { records: 8, tokens: 900 },
  builder: { records: 5, tokens: 600 },
  qc: SMALL,
  assembler: SMALL,
  shipper: SMALL,
};

/** Tokens of the list of records that the curator may move to the archive. */
export const CANDIDATE_TOKENS = 1200;

/** The budget of a role; nothing for roles that are given no recalls. `isFix`: its work is done once more. */
export function budgetOf(role: Role, isFix: boolean): RecallBudget {
  if (role === 'builder' && isFix) return SMALL;
  return BUDGETS[role] ?? NONE;
}

/** Estimated characters of a token. */
const CHARACTERS = 4;

/** Estimates the tokens of a text. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS);
}
