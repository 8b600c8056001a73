/** A call of `sao next [run]` or `sao verify [run] [ids...]`, with or without `--json`: the calls that sessions, hooks and loops repeat. */
export interface LightCall {
  command: 'next' | 'verify';
  run: string | undefined;
  ids: string[];
  isJson: boolean;
}

/** Parses such a call; undefined for a call with other options or with faults, which the full command parses and reports. */
export function readLightCall(argv: readonly string[]): LightCall | undefined {
  const [command, ...given] = argv;
  if (command !== 'next' && command !== 'verify') return undefined;
  const words = given.filter((word) => word !== '--json');
  const flags = given.length - words.length;
  if (flags > 1 || words.some((word) => word.startsWith('-'))) return undefined;
  const [run, ...ids] = words;
  if (command === 'next' && ids.length > 0) return undefined;
  return { command, run, ids, isJson: flags === 1 };
}

/** A call of `sao check id [path]`, with or without `--json`. */
export interface CheckCall {
  id: string;
  path: string;
  isJson: boolean;
}

/** Parses such a call; undefined for a call with other options or with faults, which the full command parses and reports. */
export function readCheckCall(argv: readonly string[]): CheckCall | undefined {
  const [command, ...given] = argv;
  if (command !== 'check') return undefined;
  const words = given.filter((word) => word !== '--json');
  const flags = given.length - words.length;
  const [id, path = '.', ...others] = words;
  if (id === undefined || others.length > 0 || flags > 1 || words.some((word) => word.startsWith('-')))
    return undefined;
  return { id, path, isJson: flags === 1 };
}
