/** `sao next [run]` and `sao verify [run] [ids...]`, each with or without `--json`: what sessions, hooks and loops ask all the time. */
export interface LightCall {
  command: 'next' | 'verify';
  run: string | undefined;
  ids: string[];
  isJson: boolean;
}

/** Reads the plain call; undefined for every other, which is the commands' to read: they know each option, and what is wrong with one. */
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
