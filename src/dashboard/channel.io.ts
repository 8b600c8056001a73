import type { FolderWatch } from '../system/files/watch.ts';
import { ExpectedError } from '../system/result.ts';
import { diffParts, isNoChange, type Parts } from './parts.ts';

/** The least time between two messages, and the share of a processor that reading may take, as a divisor. */
const MIN_PAUSE_MS = 100;
const CPU_SHARE = 10;
/** Time after which the view is read although nothing has changed, in milliseconds: times go on. */
const REREAD_MS = 1_000;

/** What a channel shows: it is read again after each change. */
export interface ChannelSource {
  watch(): FolderWatch;
  read(): Promise<Parts> | Parts;
  /** A name of the state that was read last. */
  identify(sent: ReadonlyMap<string, string>): string;
}

/** One page that listens. */
export interface Listener {
  /** The id of the last message that the page has, from before it lost the connection. */
  lastId: string | undefined;
  /** Sends one message. */
  send(message: { id: string; event: 'state' | 'change'; data: unknown }): void;
}

/** Reads a source as long as a page listens, and sends each page what differs from what it has. */
export class Channel {
  private readonly source: ChannelSource;
  private readonly sent = new Map<Listener, ReadonlyMap<string, string>>();
  private folders: FolderWatch | undefined;
  private last: Parts | undefined;

  constructor(source: ChannelSource) {
    this.source = source;
  }

  add(listener: Listener): void {
    this.sent.set(listener, new Map());
    if (this.last) this.show(this.last, listener);
    if (!this.folders) void this.run();
  }

  remove(listener: Listener): void {
    this.sent.delete(listener);
    if (this.sent.size === 0) this.folders?.wake();
  }

  close(): void {
    this.sent.clear();
    this.folders?.wake();
  }

  private async run(): Promise<void> {
    const folders = this.source.watch();
    this.folders = folders;
    while (this.sent.size > 0) {
      // Processor time and not the clock's: on a busy machine the page would hear less and less.
      const begun = process.cpuUsage();
      await this.turn();
      const { user, system } = process.cpuUsage(begun);
      const cost = (user + system) / 1000;
      await sleep(Math.max(MIN_PAUSE_MS, cost * CPU_SHARE));
      await folders.next(REREAD_MS);
    }
    folders.close();
    this.folders = undefined;
    this.last = undefined;
  }

  private async turn(): Promise<void> {
    this.last = await this.read();
    for (const listener of this.sent.keys()) this.show(this.last, listener);
  }

  private show(parts: Parts, listener: Listener): void {
    const before = this.sent.get(listener);
    if (!before) return;
    const { change, now } = diffParts(parts, before);
    this.sent.set(listener, now);
    if (isNoChange(change)) return;
    const id = this.source.identify(now);
    const isFirst = before.size === 0;
    if (isFirst && listener.lastId === id) return;
    listener.send({ id, event: isFirst ? 'state' : 'change', data: isFirst ? parts : change });
  }

  private async read(): Promise<Parts> {
    try {
      return await this.source.read();
    } catch (error) {
      // The page shows what is wrong until the run can be read again.
      if (!(error instanceof ExpectedError) && (error as NodeJS.ErrnoException).code === undefined)
        throw error;
      const failure = error instanceof ExpectedError ? error.failure.diagnostics : [];
      const message = error instanceof Error ? error.message : String(error);
      return {
        problems: failure.length > 0 ? failure : [{ severity: 'error', code: 'unreadable', message }],
      };
    }
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
