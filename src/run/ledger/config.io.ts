import { existsSync, mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { APPROVAL_POLICIES, type ApprovalPolicy } from '../../system/approval/record.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { describeFileError, systemErrorCode } from '../../system/files/file-error.ts';
import { isEnvironmentOfModel } from '../../system/process/caller.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { configFolderOfUser } from '../../system/user-home.io.ts';

/**
 * Whether agents' code runs in a sandbox. `auto`: where one works; `on`: nothing starts without one; `off`: never. The user sets it for all
 * projects; a project may only ask for more.
 */
export type SandboxSetting = 'off' | 'auto' | 'on';

/** The user's own configuration for all projects. It is never read from a project, because a project must not approve its own commands. */
export interface UserConfig {
  /** Command lines of command workers that run inside a session without a question; exact. */
  allowCommands: string[];
  /** From how many Agent calls of one message on the fan-out guard stops them; `off` if never. */
  guard: number | 'off';
  /** Whether a session needs a human's turn before it starts a plan. `unattended`: none, for sessions without a human. */
  confirmPlans: 'human' | 'unattended';
  /** The most that the agents of one plan may be expected to cost, in USD. */
  maxPlanUsd: number;
  /** Whether agents' code runs in a sandbox. */
  sandbox: SandboxSetting;
  /** Further paths, absolute or beginning with `~/`, that agents' code may write in the sandbox. */
  sandboxWritable: string[];
  /** The program of `--driver command`, with its arguments; undefined if the user has chosen none. */
  program?: string;
  /** The program, with its arguments, that gets one JSON document for each event that needs a human, and at the end of a run. */
  notify?: string;
  /** The least proof of an approval; undefined if any is enough. `readApprovalPolicy` reads it, too, in the administrator's file. */
  approvals?: ApprovalPolicy;
  /** Absolute path of the SSH key that signs approvals: the private one, or the public one if an ssh-agent holds the private one. */
  signingKey?: string;
}

/** The fan-out guard never stops fewer Agent calls of one message. */
export const MIN_FAN_OUT = 10;
const MAX_FAN_OUT = 1000;
const DEFAULT_MAX_PLAN_USD = 100;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The path of the user's configuration. A model chooses the variables of the calls that it makes, so XDG_CONFIG_HOME counts only outside of
 * sessions and agents, and HOME never.
 */
export function configPath(env: Env): string {
  const { XDG_CONFIG_HOME: xdg } = env;
  if (xdg !== undefined && isAbsolute(xdg) && !isEnvironmentOfModel(env))
    return join(xdg, 'sao', 'config.json');
  return ownConfigPath(env);
}

/** The path that no variable of a call moves. */
function ownConfigPath(env: Env): string {
  return join(configFolderOfUser(env), 'config.json');
}

/** All paths at which a call of this user may read the configuration: no agent may write them. */
export function configPaths(env: Env): string[] {
  const { XDG_CONFIG_HOME: xdg } = env;
  const own = ownConfigPath(env);
  return xdg !== undefined && isAbsolute(xdg) ? [own, join(xdg, 'sao', 'config.json')] : [own];
}

/** Reads the user's configuration; a missing file counts as empty. Uses no schema library, because hooks read it too. */
export function readUserConfig(env: Env): Result<UserConfig> {
  const path = configPath(env);
  let text: string;
  try {
    text = readBoundedText(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' && systemErrorCode(error) !== 'ENOTDIR')
      return describeFileError(error, path, 'read the configuration').failure;
    return accept({
      allowCommands: [],
      guard: MIN_FAN_OUT,
      confirmPlans: 'human',
      maxPlanUsd: DEFAULT_MAX_PLAN_USD,
      sandbox: 'auto',
      sandboxWritable: [],
    });
  }
  const {
    allowCommands = [],
    guard = MIN_FAN_OUT,
    confirmPlans = 'human',
    maxPlanUsd = DEFAULT_MAX_PLAN_USD,
    sandbox = 'auto',
    sandboxWritable = [],
    program,
    notify,
    approvals,
    signingKey,
    ...others
  } = parseObject(text) ?? { damaged: true };
  const isWhole = Array.isArray(allowCommands) && allowCommands.every((line) => typeof line === 'string');
  const isKnown = Object.keys(others).length === 0;
  if (
    isWhole &&
    isGuard(guard) &&
    isConfirmation(confirmPlans) &&
    isPrice(maxPlanUsd) &&
    isSandboxSetting(sandbox) &&
    isPathList(sandboxWritable) &&
    isKnown &&
    [program, notify].every(isProgram) &&
    isPolicy(approvals) &&
    isKeyPath(signingKey) &&
    (approvals === undefined || path === ownConfigPath(env))
  )
    return accept({
      allowCommands,
      guard,
      confirmPlans,
      maxPlanUsd,
      sandbox,
      sandboxWritable,
      ...withoutUndefined({ program, notify, approvals, signingKey }),
    });
  return reject({
    code: 'config-wrong',
    message: `${path} is not a configuration`,
    target: path,
    fix: `write {"allowCommands": ["npm audit --json"], "guard": ${MIN_FAN_OUT}, "confirmPlans": "human", "maxPlanUsd": ${DEFAULT_MAX_PLAN_USD}}, where guard is a number from ${MIN_FAN_OUT} to ${MAX_FAN_OUT} or "off", confirmPlans is "human" or "unattended", maxPlanUsd is an amount above 0, sandbox, if given, is "auto", "on" or "off", sandboxWritable, if given, is a list of absolute paths or of paths that begin with ~/, and program, if given, is a command line such as "codex exec -", and so is notify; approvals, if given, is "signed", "asked" or "terminal" and counts only in ${ownConfigPath(env)}; signingKey, if given, is an absolute path; or remove the file`,
  });
}

function isGuard(value: unknown): value is UserConfig['guard'] {
  const isLimit = Number.isInteger(value) && Number(value) >= MIN_FAN_OUT && Number(value) <= MAX_FAN_OUT;
  return value === 'off' || isLimit;
}

function isSandboxSetting(value: unknown): value is SandboxSetting {
  return value === 'auto' || value === 'on' || value === 'off';
}

function isPathList(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.every((path) => typeof path === 'string' && (isAbsolute(path) || path.startsWith('~/')))
  );
}

function isPolicy(value: unknown): value is ApprovalPolicy | undefined {
  return value === undefined || APPROVAL_POLICIES.some((policy) => policy === value);
}

function isKeyPath(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && isAbsolute(value));
}

function isProgram(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value.trim() !== '');
}

/** Whether the user's configuration names the program of `--driver command`. */
export function isProgramRemembered(env: Env): boolean {
  const config = readUserConfig(env);
  return config.ok && config.value.program !== undefined;
}

/** Changes settings in the user's configuration and keeps all others as they are. Returns the file's path. */
export function changeUserConfig(
  env: Env,
  changes: Partial<Pick<UserConfig, 'program' | 'approvals' | 'signingKey'>>,
): Result<string> {
  const config = readUserConfig(env);
  if (!config.ok) return config;
  const path = configPath(env);
  const settings = existsSync(path) ? parseObject(readBoundedText(path)) : {};
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeAtomic(path, `${JSON.stringify({ ...settings, ...changes }, null, 2)}\n`);
  return accept(path);
}

/** The members that have a value. */
function withoutUndefined(
  given: Partial<Record<'program' | 'notify' | 'approvals' | 'signingKey', unknown>>,
): Pick<UserConfig, 'program' | 'notify' | 'approvals' | 'signingKey'> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isConfirmation(value: unknown): value is UserConfig['confirmPlans'] {
  return value === 'human' || value === 'unattended';
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
