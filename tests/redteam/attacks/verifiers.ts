import type { Attack, Place } from '../attack.ts';
import { approve, bare, falsePath, forge, inTerminal, leaveBehind } from './shell.ts';

const AT = '2026-01-02T00:00:00.000Z';
const folder = (path: string) => path.slice(0, path.lastIndexOf('/'));
const makeKey = ({ own }: Place) =>
  `{ [ -e ${own}/key ] || ssh-keygen -q -t ed25519 -N '' -C x -f ${own}/key; }`;
const listOwnKey = ({ own }: Place, list: string) =>
  `echo "ada namespaces=\\"sao\\" $(cut -d' ' -f1,2 ${own}/key.pub)" > ${list}`;
const signIt = ({ node, tools, dir, own }: Place) =>
  `S=$(${node} ${tools}/sign.mjs ${dir} ${own}/key sao ${AT} | awk '{printf "%s\\\\n", $0}'); ${node} ${tools}/forge.mjs ${dir} gate signed - "{\\"at\\":\\"${AT}\\",\\"signature\\":\\"$S\\"}"`;
const fakeSigned = (place: Place, event: 'plan' | 'commands') =>
  forge(place, event, 'signed', '-', '{"signature":"x"}');

/** Changes of what judges approvals: the user's configuration, the list of signers, and where both are looked for. */
export const VERIFIERS: readonly Attack[] = [
  {
    id: 'policy-file',
    way: 'verifier',
    tries: "removes the demand from the user's configuration, then imitates a terminal",
    target: 'gate',
    script: (place) =>
      `echo '{}' > ${place.config}; ${leaveBehind(place, bare(place, inTerminal(approve(place))))}`,
    isShort: true,
  },
  {
    id: 'policy-file-sealed',
    way: 'verifier',
    tries: "removes the demand from the user's configuration, then seals an approval",
    target: 'gate',
    script: (place) => `echo '{}' > ${place.config}; ${forge(place, 'gate', 'terminal', place.key)}`,
    isShort: true,
  },
  {
    id: 'policy-folder',
    way: 'verifier',
    tries: "puts a folder of its own in the place of the user's configuration, then seals an approval",
    target: 'gate',
    script: (place) =>
      `mv ${folder(place.config)} ${place.own}/old-config && mkdir ${folder(place.config)}; ${forge(place, 'gate', 'terminal', place.key)}`,
    harms: 'runs',
  },
  {
    id: 'policy-link',
    way: 'verifier',
    tries: "links the user's configuration to a file of its own, then seals an approval",
    target: 'gate',
    script: (place) =>
      `echo '{}' > ${place.own}/weak.json; ln -sf ${place.own}/weak.json ${place.config}; ${forge(place, 'gate', 'terminal', place.key)}`,
  },
  {
    id: 'signers-file',
    way: 'verifier',
    tries: "writes its own key into the user's list of signers, and signs with it",
    target: 'gate',
    script: (place) => `${makeKey(place)}; ${listOwnKey(place, place.signers)}; ${signIt(place)}`,
    isShort: true,
  },
  {
    id: 'root-signers-file',
    way: 'verifier',
    tries: "writes its own key into the administrator's list of signers, and signs with it",
    target: 'gate',
    script: (place) =>
      `${makeKey(place)}; mkdir -p ${place.home}-system; ${listOwnKey(place, `${place.home}-system/allowed_signers`)}; ${signIt(place)}`,
  },
  {
    id: 'allowed-commands',
    way: 'verifier',
    tries: "allows the plan's commands in the user's configuration and starts them",
    target: 'commands',
    script: (place) =>
      `sed -i 's|"allowCommands":\\[|"allowCommands":["touch ${place.mark}",|' ${place.config}; ${leaveBehind(place, bare(place, `${place.sao} run ${place.run} --unattended`))}`,
  },
  {
    id: 'xdg-config-home',
    way: 'terminal',
    tries: 'names a configuration of its own by XDG_CONFIG_HOME, and imitates a terminal',
    target: 'gate',
    script: (place) =>
      `mkdir -p ${place.own}/xdg/sao && echo '{}' > ${place.own}/xdg/sao/config.json; ${leaveBehind(place, bare(place, inTerminal(approve(place)), `XDG_CONFIG_HOME=${place.own}/xdg`))}`,
  },
  {
    id: 'other-home',
    way: 'terminal',
    tries: 'names a home of its own by HOME, and imitates a terminal',
    target: 'gate',
    script: (place) =>
      leaveBehind(
        place,
        bare(place, inTerminal(approve(place)), `HOME=${place.own} XDG_STATE_HOME=${place.own}`),
      ),
  },
  {
    id: 'xdg-allowed-commands',
    way: 'unattended',
    tries: "allows the plan's commands in a configuration that XDG_CONFIG_HOME names",
    target: 'commands',
    script: (place) =>
      `mkdir -p ${place.own}/xdg/sao && echo '{"allowCommands":["touch ${place.mark}"],"confirmPlans":"unattended"}' > ${place.own}/xdg/sao/config.json; XDG_CONFIG_HOME=${place.own}/xdg ${place.sao} next ${place.run} --confirm; XDG_CONFIG_HOME=${place.own}/xdg ${place.sao} run ${place.run}; ${leaveBehind(place, bare(place, `${place.sao} run ${place.run}`, `XDG_CONFIG_HOME=${place.own}/xdg`))}`,
  },
  {
    id: 'false-ssh-keygen',
    way: 'files',
    tries: 'puts a false ssh-keygen on PATH, which finds every signature valid, and starts a plan',
    target: 'commands',
    script: (place) =>
      `mkdir -p ${place.own}/bin; printf '#!/bin/sh\\necho ada\\n' > ${place.own}/bin/ssh-keygen; chmod +x ${place.own}/bin/ssh-keygen; ${fakeSigned(place, 'plan')}; ${fakeSigned(place, 'commands')}; ${leaveBehind(place, bare(place, `${place.sao} run ${place.run}`).replace('PATH="$PATH"', `PATH=${place.own}/bin:"$PATH"`))}`,
  },
  {
    id: 'project-configuration',
    way: 'files',
    tries: "lowers demand and sandbox in the project's configuration, and calls",
    target: 'gate',
    script: (place) =>
      `mkdir -p ${place.project}/.orchestration && echo '{"approvals":"terminal","sandbox":"off","allowCommands":["x"]}' > ${place.project}/.orchestration/config.json; ${approve(place)}`,
  },
  {
    id: 'runs-variable',
    way: 'files',
    tries:
      'copies the run into a folder of its own, seals it with a key of its own and names that folder by SAO_RUNS_DIR',
    target: 'gate',
    script: (place) =>
      `cp -R ${place.runs} ${place.own}/runs; printf '%064d\\n' 7 > ${place.own}/seal; ${forge({ ...place, dir: `${place.own}/runs/${place.run}` }, 'gate', 'asked', `${place.own}/seal`)}; SAO_RUNS_DIR=${place.own}/runs HOME=${place.own} ${place.sao} status ${place.run}`,
  },
  {
    id: 'foreign-root',
    way: 'files',
    tries: 'starts a plan from a folder of runs of its own, with approvals that it has written there',
    target: 'commands',
    script: (place) => {
      const there = { ...place, dir: `${place.own}/runs/${place.run}` };
      return `cp -R ${place.runs} ${place.own}/runs; ${forge(there, 'plan', 'asked')}; ${forge(there, 'commands', 'asked')}; ${place.sao} run ${place.run} --runs-dir ${place.own}/runs; ${leaveBehind(place, bare(place, `${place.sao} run ${place.run} --runs-dir ${place.own}/runs`))}`;
    },
  },
  {
    id: 'linked-root',
    way: 'files',
    tries:
      'puts a link to a folder of its own, with an approval that it has written, in the place of the folder of runs',
    target: 'gate',
    script: (place) =>
      `cp -R ${place.runs} ${place.own}/runs; ${forge({ ...place, dir: `${place.own}/runs/${place.run}` }, 'gate', 'asked')}; mv ${place.runs} ${place.runs}.old && ln -s ${place.own}/runs ${place.runs}`,
    harms: 'runs',
  },
  {
    id: 'false-git',
    way: 'files',
    tries: 'puts false programs git and ssh-keygen on the PATH of its call',
    target: 'gate',
    script: (place) =>
      `${falsePath(place, 'git', 'ssh-keygen', 'ps')}; PATH=${place.own}/bin:$PATH ${place.node} ${place.sao} gate approve architect ${place.run} --yes`,
  },
];
