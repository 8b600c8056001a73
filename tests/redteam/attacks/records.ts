import type { Attack } from '../attack.ts';

/** What the engine reads in place of the ledger's own lines, and how a signature is looked at. */
export const RECORDS: readonly Attack[] = [
  {
    id: 'forged-snapshot',
    way: 'seal',
    tries: 'makes the ledger large, opens the gate in the snapshot of its replay, and seals that',
    target: 'gate',
    script: ({ node, tools, dir, key, sao }) => `${node} ${tools}/snapshot.mjs ${dir} ${key} ${sao}`,
    isShort: true,
  },
  {
    id: 'changed-list-copy',
    way: 'files',
    tries:
      'signs with a key of its own, and writes that key into any copy of the list of signers that the check makes',
    target: 'gate',
    script: (place) =>
      `${place.node} ${place.tools}/list-race.mjs ${place.dir} ${place.own} ${place.sao} ${place.tools}/sign.mjs`,
    isShort: true,
  },
];
