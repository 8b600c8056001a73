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
  /** `triedMs`: how long the call was tried. */
  busy: (place: string, triedMs: number): Problem => ({
    code: 'queue-busy',
    message: `other callers changed the queue at every try for ${triedMs / 1_000} s`,
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
  humanNeeded: (what: string, command: string): Problem => ({
    code: 'human-required',
    message: `${what} can only be given by a human`,
    target: command,
    fix: `run it in a terminal of your own: ${command}`,
  }),
  otherRepository: (repo: string, own: readonly string[]): Problem => ({
    code: 'queue-forbidden',
    message: `this token is for the repositories ${own.map(named).join(', ')}, and the task belongs to ${named(repo)}`,
    target: repo,
    fix: 'use a token of that repository, or one without repositories',
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
  badRole: (role: string): Problem => ({
    code: 'queue-role-wrong',
    message: `SAO_QUEUE_ROLE is ${named(role)}, which is no role`,
    target: 'SAO_QUEUE_ROLE',
    fix: 'set it to reader, executor, leader or owner, or remove it',
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
  textEmpty: (what: string): Problem => ({
    code: 'text-empty',
    message: `${what}: it is empty`,
    target: what,
    fix: 'give a text that is not empty',
  }),
  textTooLong: (what: string, length: number, limit: number): Problem => ({
    code: 'text-too-long',
    message: `${what}: it has ${length} characters; the limit is ${limit}`,
    target: what,
    fix: `shorten it to ${limit} characters`,
  }),
  textHidden: (what: string): Problem => ({
    code: 'text-hidden',
    message: `${what}: it has control, invisible or repeated blank characters`,
    target: what,
    fix: 'remove these characters, and separate words by one blank',
  }),
  badNumber: (what: string, value: number, least: number, most: number): Problem => ({
    code: 'number-wrong',
    message: `${what}: ${value} is not a whole number from ${least} to ${most}`,
    target: what,
    fix: `use a whole number from ${least} to ${most}`,
  }),
  noProcess: (pid: number): Problem => ({
    code: 'process-missing',
    message: `--pid: there is no process ${pid}`,
    target: '--pid',
    fix: 'name a process that is running, or leave out --pid',
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
  notHandedOut: ({ id, idea }: { id: string; idea: string }, reason: string): Problem => ({
    code: 'task-not-approved',
    message: queueTexts.notHandedOut(id, reason),
    target: id,
    fix: `look at it with \`sao idea show ${plainText(idea, 60)}\`, and drop the idea if the events were changed by hand`,
  }),
  noIssues: (reason: string): Problem => ({
    code: 'issues-wrong',
    message: `no issue can be imported: ${reason}`,
    target: 'idea import',
    fix: 'give the JSON of `gh issue view NUMBER --json number,title,body,url`, or of the API of GitLab or Linear',
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

/** Lines about a queue that are no refusals. */
export const queueTexts = {
  notApproved: (idea: string) => `no human has approved the plan of idea ${idea} that this task comes from`,
  taskChanged: (task: string) => `task ${task} is not as the approved plan has it`,
  notProved: (idea: string, fault: string) => `the approval of idea ${idea} does not count: ${fault}`,
  /** `stage`: `idea/ID`, `phase/IDEA/ID`, `task/ID` or `blocker/ID`. */
  unproved: (stage: string, action: string, reason: string): string =>
    `${plainText(action, 20)} ${plainText(stage, 120)} counts as none: ${reason}; if you have decided so: ${commandFor(stage)}`,
  notHandedOut: (task: string, reason: string): string =>
    `task ${plainText(task, 120)} is not handed out: ${reason}`,
};

/** The command by which a human decides about a stage. */
function commandFor(stage: string): string {
  const [kind = '', id = '', phase = ''] = stage.split('/').map((part) => plainText(part, 60));
  if (kind === 'phase') return `sao idea approve ${id} --phase ${phase}`;
  if (kind === 'task') return `sao task complete ${id} --reason TEXT`;
  return kind === 'blocker' ? `sao blocker resolve ${id} --answer TEXT` : `sao idea approve ${id}`;
}
