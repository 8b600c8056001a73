/** Many prompts with most of their lines in common, each line kept once. */
export interface Packed {
  lines: string[];
  /** Of each prompt: its lines by number, `0-7,40,9-12`. */
  codes: string[];
}

/** The client reads no script above 512 KiB, and 300 prompts at full length are more than that. Pure. */
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

// Lines of a template follow each other in every prompt, so that most of a prompt is a few ranges.
function encode(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
