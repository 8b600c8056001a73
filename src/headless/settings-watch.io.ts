import { lstatSync, readdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { CLIENT_FOLDER, CLIENT_SERVERS, isClientSetting } from '../system/client/project-settings.ts';
import { hashContent } from '../system/content-hash.ts';
import { readBoundedBytes } from '../system/files/bounded.ts';

/** Entries of one folder that are compared; the client reads far fewer. */
const MAX_ENTRIES = 2000;
const MAX_READ_BYTES = 1024 * 1024;

/** Digests of the files with the client's settings, by their path. */
type Seen = Map<string, string>;

/**
 * Notices changes of the client's settings where agents work: in their folder, and in those above it up to the top of the checkout. Effects: reads files.
 */
export class SettingsWatch {
  private readonly seen = new Map<string, Seen>();
  private readonly digests = new Map<string, { stat: string; digest: string }>();
  private readonly topOf: (folder: string) => string | undefined;

  /** `topOf`: the top of the checkout around a folder, if there is one. */
  constructor(topOf: (folder: string) => string | undefined) {
    this.topOf = topOf;
  }

  /** Remembers the settings around a folder as they are; `isQuiet`: no agent is at work, so that an earlier change is none of an agent's. */
  begin(folder: string, isQuiet: boolean): void {
    if (isQuiet || !this.seen.has(folder)) this.seen.set(folder, this.read(folder));
  }

  /** The settings that have changed since this was asked last, as paths relative to the top of the checkout; sorted. */
  findChanges(folder: string): string[] {
    const before = this.seen.get(folder) ?? new Map<string, string>();
    const now = this.read(folder);
    this.seen.set(folder, now);
    const top = this.topOf(folder) ?? folder;
    return [...new Set([...before.keys(), ...now.keys()])]
      .filter((path) => before.get(path) !== now.get(path))
      .map((path) => relative(top, path).split('\\').join('/'))
      .sort();
  }

  private read(folder: string): Seen {
    const seen: Seen = new Map();
    const top = this.topOf(folder) ?? folder;
    for (let at = folder; ; at = dirname(at)) {
      this.collect(join(at, CLIENT_SERVERS), seen);
      this.collect(join(at, CLIENT_FOLDER), seen);
      if (at === top || dirname(at) === at) return seen;
    }
  }

  private collect(path: string, seen: Seen): void {
    try {
      this.collectEntry(path, seen);
    } catch {
      seen.set(path, 'unreadable');
    }
  }

  private collectEntry(path: string, seen: Seen): void {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined || seen.size >= MAX_ENTRIES || !isClientSetting(path)) return;
    const target = stat.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : stat;
    if (stat.isSymbolicLink()) seen.set(`${path}/`, `link ${readlinkSync(path)}`);
    // A linked folder below another one could lead back to it.
    const isEntered = target?.isDirectory() && (target === stat || path.endsWith(`/${CLIENT_FOLDER}`));
    if (isEntered) for (const name of readdirSync(path)) this.collect(join(path, name), seen);
    else if (target && !target.isDirectory()) seen.set(path, this.digestOf(path, target));
  }

  private digestOf(path: string, stat: Stats): string {
    const key = `${stat.ino} ${stat.size} ${stat.mode} ${stat.ctimeMs}`;
    const known = this.digests.get(path);
    if (known?.stat === key) return known.digest;
    const digest = `${stat.mode & 0o111} ${digestContent(path, stat)}`;
    this.digests.set(path, { stat: key, digest });
    return digest;
  }
}

function digestContent(path: string, { size, ctimeMs, ...stat }: Stats): string {
  if (size > MAX_READ_BYTES) return `${size} ${ctimeMs}`;
  try {
    return hashContent(readBoundedBytes(path, MAX_READ_BYTES));
  } catch {
    return `${stat.mode} ${size} ${ctimeMs}`;
  }
}
