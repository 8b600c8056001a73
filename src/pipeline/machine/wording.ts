import { plainText } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import { type HumanGate, STAGE_NUMBERS } from '../../run/ledger/stages.ts';
import type { MergeConflict } from '../../run/ledger/trouble.ts';
import { fault, reject } from '../../system/result.ts';
import type { BuildStep, Work } from './step.ts';

const shownFaults = (faults: readonly string[]) =>
  faults
    .slice(0, 3)
    .map((fault) => plainText(fault, 160))
    .join('; ') + (faults.length > 3 ? `; and ${faults.length - 3} more` : '');

/** Steps that stop a build, each with the command that continues it. */
export const stuckSteps = {
  gap: (run: string, id: string): BuildStep => ({
    kind: 'stuck',
    reason: `${id} has given no valid file after its last attempt`,
    command: `sao retry ${run} ${id}`,
  }),
  faults: (run: string, id: string, faults: readonly string[]): BuildStep => ({
    kind: 'stuck',
    reason: `the work of ${id} failed its checks three times: ${shownFaults(faults)}`,
    command: `sao retry ${run} ${id} --force`,
  }),
  blocked: (run: string, module: string, conflict: string): BuildStep => ({
    kind: 'stuck',
    reason: `module ${module} waits for the resolution of a contract conflict: ${plainText(conflict, 120)}`,
    command: `sao conflict show ${run} ${conflict}`,
  }),
  cycles: (run: string, module: string, builder: string, reasons: readonly string[]): BuildStep => ({
    kind: 'stuck',
    reason: `module ${module} is stopped after its last fix cycle: ${shownFaults(reasons)}`,
    command: `sao retry ${run} ${builder} --force`,
  }),
  critical: (run: string, dir: string, findings: readonly string[]): BuildStep => ({
    kind: 'stuck',
    reason: `what the audit found is critical and is still there: ${manualFixText(dir)}; then it is audited again: ${shownFaults(findings)}`,
    command: `sao run ${run}`,
  }),
};

/** Instruction for a human to fix what agents could not. */
const manualFixText = (dir: string) => `fix it in ${dir}/builds/integration and commit`;

/** Reason of a halt after an audit. Agents fix findings of the first audit; a human fixes what remains. */
export function describeCriticalFindings(
  criticals: readonly string[],
  wasFixedBefore: boolean,
  run: string,
  dir: string,
): string {
  const findingText = criticals.map((finding) => plainText(finding.replace(/^- /, ''), 400)).join('; ');
  if (!wasFixedBefore) return `the audit found what is critical: ${findingText}`;
  return `the audit still finds what is critical: ${manualFixText(dir)}, then sao run ${run} audits it again: ${findingText}`;
}

const MAX_SHOWN_UNREVIEWED = 20;

/** Remark at the ship gate about files that changed after QC reviewed them. */
export function describeUnreviewedFiles(paths: readonly string[]): string {
  const more = paths.length - MAX_SHOWN_UNREVIEWED;
  const shown = paths.slice(0, MAX_SHOWN_UNREVIEWED).map((path) => plainText(path, 120));
  return `changed after the last merge, seen by no QC: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The base branch and what is to ship do not fit together. */
export function describeBaseConflict(branch: string, conflicts: readonly MergeConflict[]): string {
  const paths = conflicts.map(({ path }) => path);
  const shown = paths.length > 10 ? [...paths.slice(0, 10), `${paths.length - 10} more`] : paths;
  return `${branch} has moved and conflicts in ${shown.join(', ')}: merge ${branch} into the integration worktree, resolve it and commit`;
}

/** No training pair describes the project's state after it was shipped at `time` (milliseconds). */
export function describeStaleTraining(path: string, shippedAtMs: number): string {
  const shippedAt = new Date(shippedAtMs).toISOString();
  return `no valid training pair on the state of the project is from ${shippedAt}, when it was shipped, or later: write some anew to ${path}`;
}

/** Progress lines of the engine's own work. */
export const progressText = {
  begin: (modules: readonly string[]) => `worktrees: ${modules.join(', ')}`,
  work(work: Work): string {
    switch (work.do) {
      case 'extend':
        return `next: ${work.role}${work.module === undefined ? '' : ` of ${work.module}`}`;
      case 'check':
        return `checking the work of ${work.by}`;
      case 'begin':
        return `next: builder of ${work.module}`;
      case 'examine':
        return `looking at ${work.builder}`;
      case 'judge':
        return `judging ${work.module}: tests, paths, locks, ${work.qc}`;
      case 'merge':
        return `merging ${work.module}`;
      case 'begin-hardening':
        return 'auditing the integration branch';
      case 'end-hardening':
        return `taking up what ${work.child} found`;
      case 'ship':
        return 'merging to the base branch';
      case 'bring-home':
        return 'bringing the memory to the base branch';
      case 'report':
        return 'writing the report';
    }
  },
};

/** Errors of creating or resuming a build. */
export const buildFaults = {
  noProgress: (run: string, work: readonly Work[]) =>
    fault({
      code: 'build-no-progress',
      message: `the step ${work.map((each) => each.do).join(', ')} of run ${run} has changed nothing`,
      target: run,
      fix: `\`sao status ${run}\` shows the run's progress; if this error remains, report it with the ledger`,
    }),
  notBuild: (run: string) =>
    reject({
      code: 'run-not-build',
      message: `run ${run} is an audit run: it has no stages`,
      target: run,
      fix: 'sao build "<description>" begins a build',
    }),
};

/** The call that does the engine's own work and answers with the next action. */
export const engineCommand = (run: string) => `sao run ${run} --commands`;

/** What `sao next` says of a build beside its action. */
export const nextActionText = {
  /** Tests may run; the client ends a shell command after two minutes unless it is told otherwise. */
  goOn: (run: string) => `\`${engineCommand(run)}\` (timeout 600000)`,
  engine: (work: readonly Work[]) =>
    `The engine has work: ${[...new Set(work.map((each) => each.do))].join(', ')}. Run the command with a timeout of 600000; it prints the next action.`,
  gate: (run: string, stage: HumanGate) =>
    `A human decides on stage ${STAGE_NUMBERS[stage]}. Show the user what follows, and wait for their answer. On a yes run the command; on a no \`sao gate reject ${stage} ${run} --note '<why>'\`. Then ${nextActionText.goOn(run)}.`,
  stuck: (reason: string, run: string) =>
    `It goes no further by itself: ${reason}. Show the user this and the command, and do what they say. Then ${nextActionText.goOn(run)}.`,
  halted: (reason: string) =>
    `The pipeline is halted: ${reason}. Show the user; the command, in a terminal of their own, lets it go on.`,
  done: ({ state, dir }: Pick<Snapshot, 'state' | 'dir'>, backlog: number) => {
    const { base, shipped } = state.build;
    const at = `${base?.branch ?? ''} at ${shipped?.commit.slice(0, 12) ?? ''}`;
    return `Shipped to ${at}, and curated; ${countOf(backlog, 'finding')} left open; report: ${dir}/report.md`;
  },
};
