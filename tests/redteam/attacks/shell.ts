import type { Place } from '../attack.ts';

/** One argument for a shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export const approve = ({ sao, run }: Place) => `${sao} gate approve architect ${run} --yes`;

/** The command in an environment that names no session and no agent. */
export function bare({ home, runs }: Place, command: string, more = ''): string {
  return `env -i PATH="$PATH" HOME=${home} SAO_RUNS_DIR=${runs} ${more} ${command}`;
}

/** The command in a terminal of its own. */
export function inTerminal(command: string): string {
  return `script -qec ${quote(command)} /dev/null`;
}

/** The command, and then a sign that it has ended. */
export function noted({ own }: Place, command: string): string {
  return `${command}; : > ${own}/ended`;
}

/** Waits some moments for that sign. */
export function awaitEnd({ own }: Place): string {
  return `i=0; until [ -e ${own}/ended ] || [ $i -gt 300 ]; do sleep 0.05; i=$((i+1)); done`;
}

/** Leaves the command behind in a session of its own, without a parent, and waits some moments for it. */
export function leaveBehind(place: Place, command: string): string {
  return `rm -f ${place.own}/ended; (env -i PATH="$PATH" setsid sh -c ${quote(noted(place, command))} </dev/null >/dev/null 2>&1 &); ${awaitEnd(place)}`;
}

/** Leaves the command behind until its caller has ended. */
export function after({ over, late }: Place, command: string): string {
  const waits = `i=0; until [ -e ${over} ] || [ $i -gt 6000 ]; do sleep 0.1; i=$((i+1)); done; ${command}; : > ${late}`;
  return `(env -i PATH="$PATH" setsid nohup sh -c ${quote(waits)} </dev/null >/dev/null 2>&1 &)`;
}

/** A program of this name that leaves the mark, first on the PATH of what follows. */
export function falsePath({ own, tools, mark }: Place, ...names: string[]): string {
  const links = names.map((name) => `cp ${tools}/evil.sh ${own}/bin/${name}`).join(' && ');
  return `mkdir -p ${own}/bin && printf %s ${mark} > ${own}/bin/mark && ${links} && chmod +x ${own}/bin/*`;
}

/** Appends a forged approval to the ledger of the run. */
export function forge(
  { node, tools, dir }: Place,
  event: 'gate' | 'plan' | 'commands',
  level: string,
  key = '-',
  more = '{}',
): string {
  return `${node} ${tools}/forge.mjs ${dir} ${event} ${level} ${key} ${quote(more)}`;
}

/** Runs the lines from a file that was written in base64: the text of the call shows nothing of them. */
export function encoded({ own }: Place, lines: string): string {
  return `echo ${Buffer.from(lines).toString('base64')} | base64 -d > ${own}/lines.sh; sh ${own}/lines.sh`;
}
