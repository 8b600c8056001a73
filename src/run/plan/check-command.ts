/** The check and the path of a command worker that runs a built-in check; undefined for other commands. */
export function readCheckCommand(
  command: readonly string[] | null | undefined,
): { id: string; path: string } | undefined {
  const [program, name, id, path = '.', ...others] = command ?? [];
  const isCheck = program === 'sao' && name === 'check' && id !== undefined && others.length === 0;
  return isCheck && !id.startsWith('-') && !path.startsWith('-') ? { id, path } : undefined;
}
