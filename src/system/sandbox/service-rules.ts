import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { homeOfUser } from '../user-home.io.ts';
import type { PathRule } from './path-rules.ts';

/** Sockets with which a program starts others as root, also where they come from outside of a container. */
const ROOT_SERVICES = [
  '/run/docker.sock',
  '/var/run/docker.sock',
  '/run/containerd/containerd.sock',
  '/run/podman/podman.sock',
  '/run/crio/crio.sock',
  '/run/libvirt/libvirt-sock',
  '/var/lib/lxd/unix.socket',
  '/var/lib/incus/unix.socket',
];
const HOME_SERVICES = [
  '.docker/run/docker.sock',
  '.colima/default/docker.sock',
  '.orbstack/run/docker.sock',
  '.rd/docker.sock',
];
/** A younger socket may be gone before it is covered, and the start would fail. */
const LEAST_AGE_MS = 30_000;

/**
 * The rules that keep a program from services that start programs for the user or sign for him: all sockets of the user's own programs and of root
 * that exist now, and the folders in which terminals (tmux, screen) and the desktop make theirs later. A rule of the user's for the same path comes
 * later and counts.
 */
export function listServiceRules(now = Date.now()): PathRule[] {
  const uid = process.getuid?.() ?? 0;
  const folders = listServiceFolders(uid);
  const sockets = [
    ...readListening(),
    ...ROOT_SERVICES,
    ...HOME_SERVICES.map((name) => join(homeOfUser(), name)),
  ];
  const closed = [...new Set(sockets.filter((path) => isServiceOf(path, uid, now)).map(realOf))];
  const isCovered = (path: string) => folders.some((folder) => path.startsWith(`${folder}/`));
  return [
    ...folders.map((path): PathRule => ({ path, access: 'hidden' })),
    ...closed.filter((path) => !isCovered(path)).map((path): PathRule => ({ path, access: 'empty' })),
  ];
}

function listServiceFolders(uid: number): string[] {
  const tmux = `/tmp/tmux-${uid}`;
  try {
    mkdirSync(tmux, { mode: 0o700 });
  } catch {
    // It exists.
  }
  const all = [`/run/user/${uid}`, tmux, '/run/screen', '/tmp/screens', join(homeOfUser(), '.screen')];
  return [...new Set(all.filter(isFolder).map(realOf))];
}

/** The paths of the sockets on which a program waits for connections. */
function readListening(): string[] {
  try {
    return parseListening(readFileSync('/proc/net/unix', 'utf8'));
  } catch {
    return [];
  }
}

/** Parses /proc/net/unix: of each listening socket the path, if it is a file. */
export function parseListening(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [, flags = '', path] = /^\S+ \S+ \S+ (\S+) \S+ \S+ +\S+ (\/.*)$/.exec(line) ?? [];
    return path !== undefined && (Number.parseInt(flags, 16) & 0x10000) !== 0 ? [path] : [];
  });
}

function isServiceOf(path: string, uid: number, now: number): boolean {
  try {
    const found = lstatSync(realpathSync(path));
    const isOwn = found.uid === uid || found.uid === 0;
    return found.isSocket() && isOwn && now - found.ctimeMs > LEAST_AGE_MS;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && lstatSync(path).isDirectory();
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
