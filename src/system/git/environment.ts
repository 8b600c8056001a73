import { pathOfEngine } from '../process/program-folders.ts';
import { addMark, MARK_VARIABLE } from '../process/survivors.ts';

/** Variables that git inherits. GIT_DIR or GIT_INDEX_FILE, which a hook's environment may hold, would select another repository. */
const INHERITED =
  /^(?:PATH|HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|SYSTEMROOT|TMPDIR|TEMP|TMP|XDG_CONFIG_HOME|SSH_AUTH_SOCK|GIT_LFS_SKIP_SMUDGE|(?:HTTPS?|ALL|NO)_PROXY)$/i;

/**
 * Configuration of every git command. It overrides a repository's own, which may name programs (hooks, a monitor, a signer),
 * sign commits, reuse old conflict resolutions, or start maintenance.
 */
export const SAFE_CONFIG: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'log.showSignature=false',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'merge.verifySignatures=false',
  'rerere.enabled=false',
  'rerere.autoUpdate=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'submodule.recurse=false',
  'core.safecrlf=false',
  'advice.detachedHead=false',
  // Milliseconds to wait for a ref that another git has locked; git's default is 100 (refs) and 1,000 (packed refs).
  'core.filesRefLockTimeout=10000',
  'core.packedRefsTimeout=10000',
];

/** The arguments that come before the name of a git command. */
export const SAFE_ARGS: readonly string[] = [
  '--no-pager',
  ...SAFE_CONFIG.flatMap((setting) => ['-c', setting]),
];

/** The variables of our environment that git inherits, and those that keep it from asking and from taking optional locks. */
function inheritedEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => INHERITED.test(entry[0]) && entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(kept),
    // Git starts its own helpers by name, too.
    PATH: pathOfEngine(),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
  };
}

/** The whole environment of a git command: no prompt and no editor can open. `mark` lets a later process find a git that outlived this one. */
export function gitEnvironment(mark?: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...inheritedEnvironment(),
    GIT_ASKPASS: '',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    GIT_EDITOR: ':',
    GIT_MERGE_AUTOEDIT: 'no',
  };
  const outer = process.env[MARK_VARIABLE];
  if (outer !== undefined) env[MARK_VARIABLE] = outer;
  return mark === undefined ? env : addMark(env, mark);
}
