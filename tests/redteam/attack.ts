/** The places of one attack, as the attacker knows them. */
export interface Place {
  /** Id and directory of the run that is attacked. */
  run: string;
  dir: string;
  /** Id and directory of a run whose gate a human has approved. */
  approvedRun: string;
  approvedDir: string;
  /** The name of the task queue that is attacked; empty if none is. */
  queue: string;
  /** The folder of the runs. */
  runs: string;
  home: string;
  project: string;
  plugin: string;
  /** Absolute path of `sao`. */
  sao: string;
  node: string;
  /** Programs that the attacker has brought. */
  tools: string;
  /** A folder of the attacker. */
  own: string;
  /** The user's key of seals, configuration and list of signers. */
  key: string;
  config: string;
  signers: string;
  /** The file that shows that code of the attack ran. */
  mark: string;
  /** Exists after the caller's end: no process works on the run any more. */
  over: string;
  /** A late attack creates this file at its end. */
  late: string;
}

/** What an attack is made against, and with that what "opened" means. */
export const TARGETS = {
  gate: 'the gate of the run is open',
  changed: 'a gate that a human approved is open for a contract that the attack has changed',
  plan: 'the plan of the run is confirmed',
  commands: "the plan's command has run",
  edited: "after a human approved a plan, the user's `sao run` runs something else",
  prompt: "`sao prompt` prints an agent's prompt with text of the attack",
  output: 'an agent that never ran counts as done',
  queue:
    'a decision of the task queue that only a human makes counts: a plan, an answer, a completion by hand',
  claim: "another executor's claim in the task queue was completed",
  code: "code of the attack runs in the user's own `sao status` or `sao gate show`",
} as const;
export type Target = keyof typeof TARGETS;

/** The kind of way that an attack takes; SECURITY.md names these. */
export const WAYS = [
  'call',
  'terminal',
  'unattended',
  'question',
  'seal',
  'verifier',
  'files',
  'program',
] as const;
export type Way = (typeof WAYS)[number];

/** One attack. */
export interface Attack {
  /** Unique. */
  id: string;
  way: Way;
  tries: string;
  target: Target;
  /** The shell lines of the attack; each is one call of the shell. */
  script(place: Place): string | readonly string[];
  /** The tool call that a model makes in place of the script. */
  tool?(place: Place): [name: string, input: Record<string, unknown>];
  /** It acts after its caller has ended. */
  isLate?: true;
  /** It changes more than the user's configuration, key and repository, which are restored after each attack. */
  harms?: 'runs' | 'plugin';
  /** It is tried only in the sandbox: without one, what it changes belongs to every program of the user. */
  isForSandbox?: true;
  /** It belongs to the short set. */
  isShort?: true;
}
