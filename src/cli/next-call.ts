/** `sao next [run] [--json]`, the call that a session makes after every turn. */
export interface NextCall {
  run: string | undefined;
  isJson: boolean;
}

/** Reads the plain call; undefined for every other, which is the commands' to read: they know each option, and what is wrong with one. */
export function readNextCall(argv: readonly string[]): NextCall | undefined {
  const [name, ...given] = argv;
  const words = given.filter((word) => word !== '--json');
  const [run] = words;
  const isPlain = name === 'next' && words.length <= 1 && given.length - words.length <= 1;
  return isPlain && !run?.startsWith('-') ? { run, isJson: given.length > words.length } : undefined;
}
