const NEWLINE = 0x0a;

/** Splits bytes into lines of at most `maxBytes`. A longer line is dropped as it comes, so that it needs no memory, and is told once. */
export class BoundedLines {
  private parts: Buffer[] = [];
  private length = 0;
  private readonly maxBytes: number;
  private readonly take: (line: string) => void;
  private readonly onTooLong: () => void;

  constructor(maxBytes: number, take: (line: string) => void, onTooLong: () => void) {
    this.maxBytes = maxBytes;
    this.take = take;
    this.onTooLong = onTooLong;
  }

  /** Takes the next bytes. */
  push(bytes: Buffer): void {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.keep(bytes.subarray(start, end));
      this.flush();
      start = end + 1;
    }
    this.keep(bytes.subarray(start));
  }

  /** Ends the last line, which may have no line end. */
  end(): void {
    if (this.length > 0) this.flush();
  }

  private keep(bytes: Buffer): void {
    this.length += bytes.length;
    if (this.length > this.maxBytes) this.parts = [];
    else if (bytes.length > 0) this.parts.push(bytes);
  }

  private flush(): void {
    if (this.length > this.maxBytes) this.onTooLong();
    else this.take(Buffer.concat(this.parts).toString('utf8').replace(/\r$/, ''));
    this.parts = [];
    this.length = 0;
  }
}
