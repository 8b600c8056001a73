import { accept, type Result, reject } from '../../system/result.ts';
import { queueProblems } from '../wording.ts';

/** How a connection is encrypted. `verify`: the server's certificate has to be valid for its name. */
export type Ssl = 'off' | 'prefer' | 'require' | 'verify';

export interface PostgresPlace {
  /** The address without the parameters that are read here; holds the password, so it is never shown. */
  url: string;
  /** The address without its password and parameters. */
  shown: string;
  ssl: Ssl;
  /** Path of a file with the certificates of trusted authorities. */
  rootCertificate: string | undefined;
  /** Seconds until a connection counts as failed. */
  connectSeconds: number;
}

const SSL_MODES: Readonly<Record<string, Ssl>> = {
  disable: 'off',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'verify-ca': 'verify',
  'verify-full': 'verify',
};

/** Parses `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…&sslrootcert=…&connect_timeout=…`. */
export function readPostgresUrl(text: string): Result<PostgresPlace> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^postgres(?:ql)?:$/.test(url.protocol) || url.pathname.length < 2)
    return reject(
      queueProblems.badEngine('this is neither `files` nor the address of a PostgreSQL database'),
    );
  const mode = url.searchParams.get('sslmode');
  const ssl = mode === null ? defaultSsl(url.hostname) : SSL_MODES[mode];
  if (ssl === undefined)
    return reject(queueProblems.badEngine(`sslmode is not one of ${Object.keys(SSL_MODES).join(', ')}`));
  const rootCertificate = url.searchParams.get('sslrootcert') ?? undefined;
  const connectSeconds = Number(url.searchParams.get('connect_timeout') ?? 10);
  if (!(connectSeconds > 0 && connectSeconds <= 600))
    return reject(queueProblems.badEngine('connect_timeout is not a number of seconds up to 600'));
  const shown = `${url.protocol}//${url.username === '' ? '' : `${url.username}@`}${url.host}${url.pathname}`;
  for (const name of ['sslmode', 'sslrootcert', 'connect_timeout']) url.searchParams.delete(name);
  return accept({ url: url.href, shown, ssl, rootCertificate, connectSeconds });
}

/** Without an `sslmode`, only a connection inside of this machine may be unencrypted. */
function defaultSsl(host: string): Ssl {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host) || host === '' ? 'off' : 'require';
}
