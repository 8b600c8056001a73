/** Reads SSH's binary form (RFC 4251). Throws a RangeError if the data ends before a field does. */
export class SshFields {
  private readonly data: Buffer;
  private at = 0;

  constructor(data: Buffer) {
    this.data = data;
  }

  /** This many bytes. */
  take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.data.length) throw new RangeError('the data of SSH is cut off');
    const bytes = this.data.subarray(this.at, end);
    this.at = end;
    return bytes;
  }

  number(): number {
    return this.take(4).readUInt32BE();
  }

  bytes(): Buffer {
    return this.take(this.number());
  }

  text(): string {
    return this.bytes().toString('latin1');
  }

  /** A positive integer without the zeros before it. */
  integer(): Buffer {
    const bytes = this.bytes();
    let start = 0;
    while (start < bytes.length && bytes[start] === 0) start += 1;
    return bytes.subarray(start);
  }

  /** Throws a RangeError if data follows that was not read. */
  end(): void {
    if (this.at !== this.data.length) throw new RangeError('data of SSH follows its last field');
  }
}

/** Bytes with their length before them. */
export function writeSshField(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
