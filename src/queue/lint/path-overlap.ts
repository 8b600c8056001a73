/** Whether two globs can name the same file: `**` is any folders, `*` any part of a name, and a folder is all that is in it. */
export function overlaps(a: string, b: string): boolean {
  return meet(segmentsOf(a), segmentsOf(b));
}

/** A last part without a dot or wildcard may be a folder: it means all that is in it, too. */
function segmentsOf(glob: string): string[] {
  const segments = glob.split('/').filter((part) => part !== '' && part !== '.');
  const last = segments.at(-1) ?? '';
  const mayBeFolder = glob.endsWith('/') || !/[.*?{[]/.test(last);
  return mayBeFolder ? [...segments, '**'] : segments;
}

function meet(a: readonly string[], b: readonly string[]): boolean {
  const [first, ...restOfA] = a;
  const [second, ...restOfB] = b;
  if (first === '**') return meet(restOfA, b) || (second !== undefined && meet(a, restOfB));
  if (second === '**') return meet(a, restOfB) || (first !== undefined && meet(restOfA, b));
  if (first === undefined || second === undefined) return first === second;
  return namesMeet(first, second) && meet(restOfA, restOfB);
}

/** Whether one name can match both patterns. */
function namesMeet(a: string, b: string): boolean {
  if (a === '' && b === '') return true;
  if (a.startsWith('*')) return namesMeet(a.slice(1), b) || (b !== '' && namesMeet(a, b.slice(1)));
  if (b.startsWith('*')) return namesMeet(a, b.slice(1)) || (a !== '' && namesMeet(a.slice(1), b));
  if (a === '' || b === '') return false;
  // Braces and classes are not compared: they count as a possible match.
  if (/^[{[]/.test(a) || /^[{[]/.test(b)) return true;
  return (a[0] === b[0] || a[0] === '?' || b[0] === '?') && namesMeet(a.slice(1), b.slice(1));
}
