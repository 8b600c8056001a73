import type { ApprovalPolicy } from '../../src/system/approval/record.ts';
import { isOrdinaryUser } from './arena.ts';

/** What the user demands of approvals: one column of the table in SECURITY.md. */
export interface Column {
  title: string;
  policy: ApprovalPolicy | undefined;
  /** The demand, the list of signers and the plugin belong to root, and the agents run as another user. */
  isRootOwned: boolean;
}

export const COLUMNS: readonly Column[] = [
  { title: '`signed`, root’s files', policy: 'signed', isRootOwned: true },
  { title: '`signed`', policy: 'signed', isRootOwned: false },
  { title: '`asked`', policy: 'asked', isRootOwned: false },
  { title: '`terminal`', policy: 'terminal', isRootOwned: false },
  { title: '`unattended`', policy: undefined, isRootOwned: false },
];

/** Only root can make files that belong to root. */
export const canMeasure = ({ isRootOwned }: Column) => isOrdinaryUser || !isRootOwned;
