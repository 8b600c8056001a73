import type { Attack } from '../attack.ts';
import { approve, awaitEnd, bare, forge, inTerminal, leaveBehind, noted, quote } from './shell.ts';

const ATTEMPT = { v: 1, at: '2026-01-01T12:00:00.000Z', agent: 'a1', attempt: 1 };
const DISPATCHED = JSON.stringify({ ...ATTEMPT, type: 'dispatched', driver: 'agent', wave: 1 });
const RELEASED = JSON.stringify({ ...ATTEMPT, type: 'released', reason: 'the attack gives it back' });

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
  {
    id: 'terminal-of-an-idle-project',
    way: 'terminal',
    tries: 'imitates a terminal for a run that no session has ever worked on, behind a cleared environment',
    target: 'gate',
    script: (place) =>
      `rm -f ${place.own}/ended; env -i PATH="$PATH" HOME=${place.home} SAO_RUNS_DIR=${place.runs} setsid -f bash -c ${quote(`(${noted(place, inTerminal(approve(place)))} </dev/null >/dev/null 2>&1 &)`)}; ${awaitEnd(place)}`,
  },
  {
    id: 'forged-dispatch',
    way: 'files',
    tries: 'appends an unsealed line to the ledger which says that an agent of the plan was dispatched',
    target: 'plan',
    script: ({ dir }) => [DISPATCHED, RELEASED].map((line) => `echo ${quote(line)} >> ${dir}/ledger.jsonl`),
    isShort: true,
  },
  {
    id: 'short-hash-of-commands',
    way: 'files',
    tries: 'writes an approval of commands whose hash has only the first 64 bits',
    target: 'commands',
    script: (place) =>
      `${forge(place, 'plan', 'signed')}; ${forge(place, 'commands', 'signed', '-', '{"hash":"0000000000000000"}')}; ${leaveBehind(place, bare(place, `${place.sao} run ${place.run}`))}`,
    isShort: true,
  },
  {
    id: 'env-i-clean',
    way: 'call',
    tries: 'clears the environment of its call, and makes and removes runs',
    target: 'gate',
    script: (place) =>
      `${bare(place, `${place.sao} init`)}; ${bare(place, `${place.sao} clean --older-than 1s --abandoned`)}; ${bare(place, approve(place))}`,
    harms: 'runs',
    isShort: true,
  },
  {
    id: 'list-of-signers-by-tool',
    way: 'files',
    tries: "writes the user's list of signers by the tool that writes files, in a path with more slashes",
    target: 'gate',
    script: (place) => approve(place),
    tool: ({ signers }) => [
      'Write',
      {
        file_path: signers.replace('/sao/', '//sao/./'),
        content:
          'ada namespaces="sao" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n',
      },
    ],
  },
];
