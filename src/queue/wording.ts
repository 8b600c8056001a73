import { plainText } from '../findings/plain-text.ts';
import type { Problem } from '../system/result.ts';

const named = (text: string) => JSON.stringify(plainText(text, 60));

/** All refusals and faults of the queue, each with what to do about it. */
export const queueProblems = {
  unreachable: (place: string, reason: string): Problem => ({
    code: 'queue-unreachable',
    message: `the queue cannot be reached: ${reason}. Nothing is known about its tasks, nor whether this call has changed any`,
    target: place,
    fix: 'check that the engine runs and can be reached from here, then run the same command again: a claim stays valid until its lease ends',
  }),
  busy: (place: string): Problem => ({
    code: 'queue-busy',
    message: 'other callers changed the queue at every try for 30 s',
    target: place,
    fix: 'run the same command again',
  }),
  damaged: (place: string, detail: string): Problem => ({
    code: 'queue-damaged',
    message: `the queue's events cannot be read: ${detail}`,
    target: place,
    fix: 'restore the file from a backup, or create another queue with `sao queue init`',
  }),
  version: (place: string, version: unknown): Problem => ({
    code: 'queue-version',
    message: `the queue has version ${JSON.stringify(version)}, which this version of sao cannot read`,
    target: place,
    fix: 'use the version of sao that wrote it, or a newer one',
  }),
  noQueueChosen: (names: readonly string[]): Problem => ({
    code: 'queue-missing',
    message:
      names.length === 0
        ? 'there is no queue on this machine yet'
        : `several queues exist and none is named: ${names.join(', ')}`,
    target: '--queue',
    fix: names.length === 0 ? 'sao queue init' : `add --queue ${names[0]}, or set SAO_QUEUE`,
  }),
  unknownQueue: (name: string, names: readonly string[]): Problem => ({
    code: 'queue-unknown',
    message: `there is no queue ${named(name)}; ${names.length === 0 ? 'none exists yet' : `known: ${names.join(', ')}`}`,
    target: '--queue',
    fix: 'sao queue init',
  }),
  badName: (what: string, value: string, rule: string): Problem => ({
    code: 'queue-name-wrong',
    message: `${what}: ${named(value)} is not a name; use ${rule}`,
    target: what,
    fix: 'choose another name',
  }),
  badEngine: (reason: string): Problem => ({
    code: 'queue-engine-wrong',
    message: `--engine: ${reason}`,
    target: '--engine',
    fix: 'use `files`, or `postgres://USER@HOST/DATABASE`',
  }),
  otherEngine: (name: string): Problem => ({
    code: 'queue-engine-other',
    message: `the queue ${named(name)} is already set up with another engine`,
    target: '--engine',
    fix: `choose another name: sao queue init --queue NAME --engine ENGINE`,
  }),
  unknown: (kind: string, id: string, command: string): Problem => ({
    code: `${kind}-unknown`,
    message: `there is no ${kind} ${named(id)} in this queue`,
    target: id,
    fix: command,
  }),
  forbidden: (action: string, needed: string, role: string): Problem => ({
    code: 'queue-forbidden',
    message: `${action} needs the role ${needed}, and this call has the role ${role}`,
    target: action,
    fix: `use a token of the role ${needed}: an owner makes one with \`sao queue token create --role ${needed}\``,
  }),
  otherTeam: (team: string, own: string): Problem => ({
    code: 'queue-forbidden',
    message: `this token is for team ${named(own)}, and the task belongs to ${team === '' ? 'no team' : `team ${named(team)}`}`,
    target: team,
    fix: 'use a token of that team, or one without a team',
  }),
  badToken: (reason: string): Problem => ({
    code: 'queue-token-wrong',
    message: `the access token ${reason}`,
    target: 'SAO_QUEUE_TOKEN',
    fix: 'ask an owner of the queue for a new one: `sao queue token create`',
  }),
  passphrase: (): Problem => ({
    code: 'queue-passphrase',
    message: 'this queue demands its passphrase for every change, and SAO_QUEUE_PASSPHRASE does not hold it',
    target: 'SAO_QUEUE_PASSPHRASE',
    fix: 'set SAO_QUEUE_PASSPHRASE to the passphrase of the queue',
  }),
  wrongState: (what: string, id: string, state: string, wanted: string, fix: string): Problem => ({
    code: `${what}-state`,
    message: `${what} ${id} is ${state}; this needs ${wanted}`,
    target: id,
    fix,
  }),
  noClaim: (token: string): Problem => ({
    code: 'claim-unknown',
    message: `no task was ever claimed with the token ${named(token)}`,
    target: token,
    fix: 'use the token that `sao queue claim` printed',
  }),
  claimTaken: (task: string, reason: string): Problem => ({
    code: 'claim-taken',
    message: `this claim of task ${task} does not count any more: ${reason}`,
    target: task,
    fix: 'stop working on the task, and keep what you have on a branch of your own: another attempt may be running',
  }),
  noEvidence: (): Problem => ({
    code: 'evidence-missing',
    message: 'nothing proves that the task is done',
    target: '--commit',
    fix: 'push the work, then name it with --commit SHA; if there is no commit, say with --evidence TEXT what proves it',
  }),
  badCommit: (commit: string): Problem => ({
    code: 'commit-wrong',
    message: `--commit: ${named(commit)} is not a full commit id`,
    target: '--commit',
    fix: 'use the 40 or 64 hex characters that `git rev-parse HEAD` prints',
  }),
  testFailed: (exit: number): Problem => ({
    code: 'evidence-test-failed',
    message: `the task's test ended with exit code ${exit}, so the task is not done`,
    target: '--test-exit',
    fix: 'fix the work, or release the task: `sao queue release TOKEN --reason failed`',
  }),
  slotsFull: (executor: string, running: number): Problem => ({
    code: 'executor-full',
    message: `executor ${executor} already works on ${running} tasks, which are all its slots`,
    target: executor,
    fix: 'complete or release one of them, or raise --slots',
  }),
  reasonMissing: (action: string): Problem => ({
    code: 'reason-missing',
    message: `${action} needs a reason`,
    target: '--reason',
    fix: 'add --reason TEXT',
  }),
  text: (what: string, reason: string): Problem => ({
    code: 'text-wrong',
    message: `${what}: ${reason}`,
    target: what,
    fix: 'shorten it, and remove what cannot be shown',
  }),
  changedPlan: (idea: string, command: string): Problem => ({
    code: 'plan-changed',
    message: `the plan of idea ${idea} is not the one that was approved`,
    target: idea,
    fix: command,
  }),
  unproved: (idea: string, reason: string): Problem => ({
    code: 'approval-not-proved',
    message: `the approval of idea ${idea} does not count: ${reason}`,
    target: idea,
    fix: `approve it again: sao idea approve ${idea}`,
  }),
  noQuestion: (): Problem => ({
    code: 'question-missing',
    message: 'a blocked task needs a question that its leader or a human can answer',
    target: '--question',
    fix: 'add --question TEXT',
  }),
  notConfirmed: (command: string): Problem => ({
    code: 'approval-not-given',
    message: 'the answer was not "yes", so nothing was changed',
    target: command,
    fix: `run it again and type "yes": ${command}`,
  }),
  argumentMissing: (what: string, command: string): Problem => ({
    code: 'usage',
    message: `${what} is missing`,
    target: what,
    fix: command,
  }),
};
