import { readTextEnd } from '../files/bounded.ts';

const TAIL_BYTES = 256 * 1024;

/** The version of the client that wrote the last lines of a transcript, such as `2.1.330`; undefined if they do not say it. */
export function readClientVersion(transcript: string): string | undefined {
  try {
    const lines = readTextEnd(transcript, TAIL_BYTES).split('\n').reverse();
    return lines.map(versionIn).find((version) => version !== undefined);
  } catch {
    return undefined;
  }
}

function versionIn(line: string): string | undefined {
  if (!line.includes('"version"')) return undefined;
  try {
    const { version } = JSON.parse(line) as { version?: unknown };
    return typeof version === 'string' && /^\d+\.\d+[\w.+-]{0,40}$/.test(version) ? version : undefined;
  } catch {
    return undefined;
  }
}
