/** One line of a training file. */
export interface TrainingLine {
  /** Name below `.orchestration/training`. */
  file: string;
  /** 1-based. */
  line: number;
  /** The text without line end and byte-order mark; bytes that cannot be decoded become U+FFFD. */
  text: string;
  /** `torn`: the file ends inside the line. `not-utf8`: the line has bytes that are not UTF-8. */
  fault?: 'torn' | 'not-utf8';
}

/** Encoding faults of a file. Its lines are read nevertheless. */
export interface FileFault {
  file: string;
  line: number;
  code: 'byte-order-mark' | 'carriage-return' | 'torn' | 'not-utf8';
}

export interface TrainingFile {
  file: string;
  lines: TrainingLine[];
  faults: FileFault[];
}

const NEWLINE = 0x0a;

/** Splits a file into lines as bytes, each with its line end; joined, they are the file again. */
export function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, from);
    const to = end < 0 ? bytes.length : end + 1;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  return lines;
}

/** Parses the lines of a file. Blank lines are left out, but counted in line numbers. */
export function readPairLines(file: string, bytes: Uint8Array): TrainingFile {
  const all = splitLines(bytes).map((part, index) => readLine(file, index + 1, part));
  const marked = all.filter(({ hasMark }) => hasMark);
  // Report carriage returns once, because such a file has them on every line.
  const returned = all.filter(({ hasReturn }) => hasReturn).slice(0, 1);
  const lines = all.map(({ line }) => line).filter(({ text }) => text.trim() !== '');
  const faults = [
    ...marked.map(({ line }) => faultOf(line, 'byte-order-mark')),
    ...returned.map(({ line }) => faultOf(line, 'carriage-return')),
    ...lines.flatMap((line) => (line.fault ? [faultOf(line, line.fault)] : [])),
  ];
  return { file, lines, faults };
}

function readLine(file: string, line: number, bytes: Uint8Array) {
  const { text, isText } = decode(bytes);
  const body = text.replace(/\r?\n$|\r$/, '').replace(/^\ufeff/, '');
  const read: TrainingLine = { file, line, text: body };
  if (!isText) read.fault = 'not-utf8';
  else if (isTorn(text, body)) read.fault = 'torn';
  return { line: read, hasMark: text.startsWith('\ufeff'), hasReturn: /\r\n?$/.test(text) };
}

function faultOf({ file, line }: TrainingLine, code: FileFault['code']): FileFault {
  return { file, line, code };
}

function decode(bytes: Uint8Array): { text: string; isText: boolean } {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return { text, isText: !text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(bytes) };
}

// Accept a last line without a newline if it is valid JSON, because some editors omit the newline.
function isTorn(text: string, body: string): boolean {
  return !text.endsWith('\n') && !isJson(body);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
