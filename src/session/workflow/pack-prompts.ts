/** Prompts with each distinct line stored once, since most of their lines are equal. */
export interface Packed {
  lines: string[];
  /** For each prompt, the numbers of its lines as ranges, such as `0-7,40,9-12`. */
  codes: string[];
}

/** Packs prompts. Needed because the client reads no script above 512 KiB and 300 full prompts exceed that. Pure. */
export function packPrompts(prompts: readonly string[]): Packed {
  const numbers = new Map<string, number>();
  const codes = prompts.map((prompt) => encode(prompt.split('\n').map((line) => numberOf(line, numbers))));
  return { lines: [...numbers.keys()], codes };
}

function numberOf(line: string, numbers: Map<string, number>): number {
  const known = numbers.get(line) ?? numbers.size;
  numbers.set(line, known);
  return known;
}

// Use ranges: lines of a template are consecutive in every prompt.
function encode(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
