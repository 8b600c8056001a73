import type { Checkup } from './judge.ts';

/** What was found at the path of the user's configuration. */
export interface ConfigFacts {
  path: string;
  /** Undefined if there is no file. */
  file?: { isRegular: boolean; owner: number; mode: number };
  /** Of the folder with the file. */
  folder?: { owner: number; mode: number };
  /** Why the file is no configuration. */
  fault?: { message: string; fix?: string | undefined };
  /** The user id of this process. */
  user: number;
  /** The file that sessions and agents read, if it is another one than that of this call. */
  inSessions?: string;
}

/** One warning or failure for each fault of the user's configuration; a confirmation if there is none. Pure. */
export function judgeUserConfig(facts: ConfigFacts): Checkup[] {
  const { path, file, fault, inSessions } = facts;
  const faults: Checkup[] = [
    ...(fault === undefined ? [] : [failure(fault.message, fault.fix)]),
    ...(file?.isRegular === false
      ? [failure(`${path} is not a regular file`, `replace it with the file itself: ls -l ${path}`)]
      : []),
    ...judgeOwner(facts),
    ...(inSessions === undefined
      ? []
      : [
          {
            check: 'config' as const,
            level: 'warn' as const,
            message: `XDG_CONFIG_HOME is set, so this call reads ${path}; sessions and agents read ${inSessions}`,
            fix: `keep the settings in ${inSessions}`,
          },
        ]),
  ];
  if (faults.length > 0) return faults;
  const message = file === undefined ? `${path} does not exist: all settings have their defaults` : path;
  return [{ check: 'config', level: 'ok', message }];
}

const GROUP_WRITE = 0o020;
const OTHERS_WRITE = 0o002;
const ROOT = 0;

/** A file that another user can change decides what this user's agents may do. */
function judgeOwner({ path, file, folder, user }: ConfigFacts): Checkup[] {
  if (file === undefined) return [];
  const places = [{ name: path, ...file }, ...(folder ? [{ name: `the folder of ${path}`, ...folder }] : [])];
  return places.flatMap(({ name, owner, mode }) => [
    ...(owner === user || owner === ROOT
      ? []
      : [failure(`${name} belongs to user ${owner}`, `make it your own: sudo chown -R ${user} ${path}`)]),
    ...((mode & (GROUP_WRITE | OTHERS_WRITE)) === 0
      ? []
      : [
          {
            ...failure(
              `other users can write ${name} (mode ${(mode & 0o777).toString(8)})`,
              `chmod go-w ${path} ${path.replace(/\/[^/]*$/, '')}`,
            ),
            // Many systems give each user a group of their own, and files that it can write.
            ...((mode & OTHERS_WRITE) === 0 ? { level: 'warn' as const } : {}),
          },
        ]),
  ]);
}

function failure(message: string, fix: string | undefined): Checkup {
  return { check: 'config', level: 'fail', message, ...(fix === undefined ? {} : { fix }) };
}
