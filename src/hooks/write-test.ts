import picomatch from 'picomatch';

/** Whether a path, relative to a tree and with `/`, matches some of the globs and none of those that start with `!`. */
export function writeTest(writes: readonly string[]): (path: string) => boolean {
  const options = { dot: true, nonegate: true, noextglob: true, windows: false };
  const inside = writes.filter((glob) => !glob.startsWith('!')).map((glob) => picomatch(glob, options));
  const outside = writes
    .filter((glob) => glob.startsWith('!'))
    .map((glob) => picomatch(glob.slice(1), { ...options, nocase: true }));
  return (path) => inside.some((matches) => matches(path)) && !outside.some((matches) => matches(path));
}
