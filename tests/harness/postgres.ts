import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const INSTALLED = '/usr/lib/postgresql';

/** The folder of PostgreSQL's programs; undefined if it is not installed (Debian: `apt-get install postgresql`). */
export function findPostgres(): string | undefined {
  if (!existsSync(INSTALLED)) return undefined;
  const versions = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => join(INSTALLED, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}

export interface PostgresServer {
  /** The address of its database, with the password of its user. */
  url: string;
  /** Process of the server. */
  pid(): number;
  stop(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  /** Ends the server and removes its folder. */
  remove(): Promise<void>;
}

// The server refuses to run as root.
const isRoot = process.getuid?.() === 0;
const asUser = (program: string, args: readonly string[]): [string, string[]] =>
  isRoot
    ? ['setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', program, ...args]]
    : [program, [...args]];

/** Starts a PostgreSQL server of its own in a temporary folder, on a free loopback port. `settings`: lines of postgresql.conf. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  const folder = mkdtempSync(join(tmpdir(), 'sao-postgres-'));
  const data = join(folder, 'data');
  if (isRoot) {
    execFileSync('chown', ['65534:65534', folder]);
    chmodSync(folder, 0o700);
  }
  const password = join(folder, 'password');
  writeFileSync(password, 'secret-of-the-test\n', { mode: 0o644 });
  const [initdb, initArgs] = asUser(join(bin, 'initdb'), [
    ...['--pgdata', data, '--username', 'sao', '--auth', 'scram-sha-256', '--pwfile', password],
    ...['--encoding', 'UTF8', '--no-sync', '--locale', 'C'],
  ]);
  execFileSync(initdb, initArgs, { stdio: 'pipe', cwd: folder });
  const port = await findPort();
  let server = await launch(bin, data, port, folder, settings);
  const stop = async (signal: NodeJS.Signals = 'SIGINT') => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    await once(server, 'exit');
  };
  return {
    url: `postgres://sao:secret-of-the-test@127.0.0.1:${port}/postgres`,
    pid: () => server.pid ?? 0,
    stop,
    start: async () => {
      server = await launch(bin, data, port, folder, settings);
    },
    remove: async () => {
      await stop('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(
  bin: string,
  data: string,
  port: number,
  folder: string,
  settings: readonly string[],
): Promise<ChildProcess> {
  const given = ['fsync=off', `unix_socket_directories=${folder}`, 'max_connections=120', ...settings];
  const [program, args] = asUser(join(bin, 'postgres'), [
    ...['-D', data, '-p', String(port), '-h', '127.0.0.1'],
    ...given.flatMap((setting) => ['-c', setting]),
  ]);
  const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  const lines = createInterface({ input: server.stderr as NodeJS.ReadableStream });
  await new Promise<void>((ready, fail) => {
    lines.on('line', (line) => {
      if (line.includes('ready to accept connections')) ready();
    });
    server.once('exit', (code) => fail(new Error(`PostgreSQL ended with ${code}`)));
  });
  return server;
}

async function findPort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
