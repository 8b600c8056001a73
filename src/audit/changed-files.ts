/** Changed lines by path, as pairs of first and last line in the new version. */
export type ChangedLines = Record<string, [first: number, last: number][]>;

/**
 * Reads `git diff --unified=0 --no-prefix --no-color --no-ext-diff` with `core.quotePath=false`: the lines that each file has gained. A file that only
 * lost lines has an empty list; a deleted file is left out.
 */
export function readChangedLines(diff: string): ChangedLines {
  const changed: ChangedLines = {};
  let ranges: [number, number][] = [];
  for (const line of diff.split('\n')) {
    const target = /^\+\+\+ (.*?)\t?$/.exec(line)?.[1];
    if (target !== undefined) {
      ranges = [];
      if (target !== '/dev/null') changed[unquote(target)] = ranges;
    }
    ranges.push(...readHunk(line));
  }
  return changed;
}

// `@@ -3,2 +5,4 @@`: lines 5 to 8 are new.
function readHunk(line: string): [number, number][] {
  const [, first, count = '1'] = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
  return first === undefined || count === '0' ? [] : [[Number(first), Number(first) + Number(count) - 1]];
}

// Git quotes a name with a quote, a backslash or a control character.
function unquote(name: string): string {
  if (!/^".*"$/.test(name)) return name;
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' };
  return name.slice(1, -1).replace(/\\([ntr"\\])/g, (whole, letter: string) => escapes[letter] ?? whole);
}
