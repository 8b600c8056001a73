import { addMark, MARK } from '../process/survivors.ts';

/** An allow-list: an inherited GIT_DIR or GIT_INDEX_FILE would answer for another repository (seen in hooks). */
const KEPT =
  /^(?:PATH|HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|SYSTEMROOT|TMPDIR|TEMP|TMP|XDG_CONFIG_HOME|SSH_AUTH_SOCK|(?:HTTPS?|ALL|NO)_PROXY)$/i;

/** A repository's own configuration may name programs; none of them runs because somebody looked at it. */
export const SAFE_CONFIG = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'log.showSignature=false',
];

/** What our own merges and commits need besides: nothing asks, signs, replays an old resolution, or starts work of its own. */
const OWN_WORK_CONFIG = [
  ...SAFE_CONFIG,
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
  // Another git may hold a ref for a moment; the default is to give up after 0.1 s.
  'core.filesRefLockTimeout=10000',
  'core.packedRefsTimeout=10000',
];

/** The arguments that come before the name of a git command. */
export const SAFE_ARGS: readonly string[] = [
  '--no-pager',
  ...OWN_WORK_CONFIG.flatMap((each) => ['-c', each]),
];

/** What git may know of our environment. */
export function keptEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => KEPT.test(entry[0]) && entry[1] !== undefined,
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };
}

/** The whole environment of a git of ours: it can ask nobody. `mark` makes it findable after our own death. */
export function gitEnvironment(mark?: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...keptEnvironment(),
    GIT_ASKPASS: '',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    GIT_EDITOR: ':',
    GIT_MERGE_AUTOEDIT: 'no',
  };
  const outer = process.env[MARK];
  if (outer !== undefined) env[MARK] = outer;
  return mark === undefined ? env : addMark(env, mark);
}
