/** Formats a count with its noun: `3 files`, `1 file`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
