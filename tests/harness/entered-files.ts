import { Session } from 'node:inspector/promises';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = resolve('src');

/**
 * Runs an operation and returns the files of `src`, relative to it and sorted, in which at least one function ran meanwhile. V8 counts
 * the calls; code that runs when a module is loaded does not count.
 */
export async function collectEnteredFiles(operation: () => unknown): Promise<string[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  try {
    await operation();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const entered = result.flatMap(({ url, functions }) => {
      if (!url.startsWith('file://')) return [];
      const path = relative(SRC, fileURLToPath(url));
      // The first function of a script is the module itself. One without a name is a callback of a named one, or makes an exported constant readable.
      const called = functions
        .slice(1)
        .some(({ functionName, ranges }) => functionName !== '' && (ranges[0]?.count ?? 0) > 0);
      return called && !path.startsWith('..') ? [path] : [];
    });
    return entered.sort();
  } finally {
    await session.post('Profiler.stopPreciseCoverage');
    session.disconnect();
  }
}
