import { StringDecoder } from 'node:string_decoder';

/** Keeps the output of a process up to a limit: the first half of it from the beginning, the rest from the end. */
export class OutputCapture {
  /** Bytes received, kept or not. */
  bytes = 0;
  private readonly headLimit: number;
  private readonly tailLimit: number;
  private readonly head: Buffer[] = [];
  private readonly tail: Buffer[] = [];
  private headSize = 0;
  private tailSize = 0;

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.headLimit = Math.floor(limit / 2);
    this.tailLimit = limit - this.headLimit;
  }

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    const forHead = chunk.subarray(0, this.headLimit - this.headSize);
    if (forHead.length > 0) {
      this.head.push(forHead);
      this.headSize += forHead.length;
    }
    this.addToTail(chunk.subarray(forHead.length));
  }

  private addToTail(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.tail.push(chunk);
    this.tailSize += chunk.length;
    while (this.tail[0] && this.tailSize - this.tail[0].length >= this.tailLimit) {
      this.tailSize -= this.tail[0].length;
      this.tail.shift();
    }
  }

  /** The kept output as UTF-8, cut only between characters, with a note on how many bytes were left out. */
  text(): string {
    const head = Buffer.concat(this.head);
    const tail = Buffer.concat(this.tail);
    const excess = this.bytes - this.headLimit - this.tailLimit;
    if (excess <= 0) return Buffer.concat([head, tail]).toString('utf8');
    const end = tail.subarray(skipCutCharacter(tail, tail.length - this.tailLimit));
    return `${new StringDecoder('utf8').write(head)}\n[… ${excess} bytes left out …]\n${end.toString('utf8')}`;
  }
}

/** The index, from `start` on, of the first byte that begins a character. */
function skipCutCharacter(buffer: Buffer, start: number): number {
  let at = start;
  while (at < buffer.length && ((buffer[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}
