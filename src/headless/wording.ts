import { countOf } from '../findings/words.ts';
import { admissionErrors, rejectUnconfirmed } from '../run/dispatch/wording.ts';
import { formatTime } from '../run/ledger/duration.ts';
import type { EventOf } from '../run/ledger/run-event.ts';
import type { Hold } from '../run/ledger/service-state.ts';
import { fault, reject } from '../system/result.ts';
import type { FailuresAlike } from './failure-streak.ts';

/** Reasons why `sao run` does not start, each with a fix. */
export const runErrors = {
  unconfirmed: rejectUnconfirmed,
  projectMissing: (run: string, project: string) =>
    fault({
      code: 'project-missing',
      message: `the project of the run ${run} is not at ${project}`,
      target: project,
      fix: `move it back there, then: sao run ${run}`,
    }),
  halted: (run: string, reason: string, call = `sao run ${run}`) =>
    reject({
      code: 'run-halted',
      message: admissionErrors.halted(run, reason),
      target: run,
      fix: `in a terminal: ${call}`,
    }),
  byAgent: (run: string) =>
    reject({
      code: 'run-by-agent',
      message: `an agent of a run made this call, and an agent starts no other run: ${run}`,
      target: run,
      fix: `run it yourself in a terminal: sao run ${run}`,
    }),
  driven: (run: string, holder: { name: string; ending: string }) =>
    reject({
      code: 'run-driven',
      message: `run ${run} already has a runner: ${holder.name}; a run has one runner at a time`,
      target: run,
      fix: holder.ending,
    }),
  noDriver: (run: string, agents: number) =>
    reject({
      code: 'driver-missing',
      message: `${countOf(agents, 'agent')} of run ${run} need a runner: claude (the client itself) or command (any program that reads a prompt on stdin)`,
      target: '--driver',
      fix: `sao run ${run} --driver claude, or sao run ${run} --driver command --command 'codex exec -'`,
    }),
  wrongDriver: (driver: string) =>
    reject({
      code: 'driver-wrong',
      message: `the runner ${driver} works only inside a session; \`sao run\` accepts claude and command`,
      target: '--driver',
      fix: 'give --driver claude or --driver command',
    }),
  noTemplate: () =>
    reject({
      code: 'command-missing',
      message: 'the runner "command" needs a program that reads a prompt on stdin',
      target: '--command',
      fix: "--driver command --command 'codex exec -'; in a terminal of your own, --remember keeps the program in your configuration",
    }),
  noProgram: (program: string, isClaude: boolean) =>
    fault({
      code: isClaude ? 'claude-missing' : 'program-missing',
      message: `there is no program "${program}" on PATH; nothing was dispatched`,
      target: program,
      fix: isClaude
        ? 'install Claude Code (npm install -g @anthropic-ai/claude-code), or name it with SAO_CLAUDE in a terminal outside a session'
        : 'install it, or give its full path',
    }),
  notApproved: (run: string, commands: readonly string[]) =>
    reject({
      code: 'commands-not-approved',
      message: `no human has approved these commands of run ${run} on this machine:\n${commands.map((line) => `  ${line}`).join('\n')}`,
      target: run,
      fix: `run it yourself in a terminal: sao run ${run}; in a CI job without a human: sao run ${run} --unattended; or allow these exact lines in ~/.config/sao/config.json: ${JSON.stringify({ allowCommands: commands })}`,
    }),
  costUnknown: () =>
    reject({
      code: 'cost-unknown',
      message: 'a program of --driver command reports no cost, so --max-cost cannot hold',
      target: '--max-cost',
      fix: 'leave out --max-cost, or give --driver claude',
    }),
  rememberNothing: () =>
    reject({
      code: 'remember-without-command',
      message: '--remember keeps the program of --command, and none is given',
      target: '--remember',
      fix: "--driver command --command 'codex exec -' --remember",
    }),
  rememberBySession: () =>
    reject({
      code: 'human-required',
      message:
        'only a human may choose the program that runs agents, and this call was made inside a session or by an agent',
      target: '--remember',
      fix: 'run it yourself in a terminal outside a session',
    }),
  wrongCost: (given: string) =>
    reject({
      code: 'cost-wrong',
      message: `--max-cost is "${given}", not an amount in US dollars above 0`,
      target: '--max-cost',
      fix: '--max-cost 5',
    }),
};

/** Progress lines of `sao run`. */
export const runTexts = {
  started: (id: string, attempt: number, how: string) =>
    `started ${id}${attempt > 1 ? ` (attempt ${attempt})` : ''}: ${how}`,
  programIgnored: (program: string) =>
    `SAO_CLAUDE=${program} is ignored: inside a session or an agent's process, no variable chooses a program`,
  program: (program: string, path: string) => `agents run in: ${program} (remembered in ${path})`,
  /** What a yes in the terminal does: `approve the plan and the commands of run X, and start it`. */
  approve: (events: readonly { type: 'plan-confirmed' | 'commands-approved' }[], run: string) =>
    `approve ${events.map(({ type }) => (type === 'plan-confirmed' ? 'the plan' : 'the commands')).join(' and ')} of run ${run}, and start it`,
  ended: (id: string, words: string) => `ended ${id}: ${words}`,
  limited: ({ agent, waitMs, until, text = '' }: EventOf<'rate-limited'>, now: number) =>
    until === undefined
      ? `rate limit at ${agent}: no agent starts for ${(waitMs / 1000).toFixed(1)} s`
      : `limit used up at ${agent} until ${formatTime(Date.parse(until), now)}${text === '' ? '' : `: ${text}`}`,
  overCost: (spent: number, bound: number) =>
    `$${spent.toFixed(2)} are spent, and the rest of --max-cost $${bound.toFixed(2)} does not cover one more agent`,
  failAlike: ({ reason, count }: FailuresAlike) =>
    `${count} attempts failed for the same reason, and none succeeded in between: ${reason}`,
  /** Whether a run was halted by its bound of costs. */
  isOverCost: (reason: string) => reason.includes('the rest of --max-cost $'),
  usageLimit: ({ until, text }: Hold, now: number) =>
    `the service's limit is used up until ${formatTime(until, now)}${text === '' ? '' : `: ${text}`}`,
  waiting: (hold: Hold, now: number) =>
    `${runTexts.usageLimit(hold, now)}; no agent starts before. Ctrl-C stops; \`sao run\` continues.`,
  stopping: (count: number) => `stopping ${countOf(count, 'agent')}; interrupt again to kill them now`,
};
