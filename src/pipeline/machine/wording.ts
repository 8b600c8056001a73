import { join } from 'node:path';
import { CONTRACTS } from '../../contract/contract-files.ts';
import { plainText } from '../../findings/plain-text.ts';
import { quotePath } from '../../findings/quote-path.ts';
import { countOf } from '../../findings/words.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import type { DomainCoverage } from '../../run/ledger/build-events.ts';
import type { BuildState } from '../../run/ledger/build-state.ts';
import { type HumanGate, STAGE_NUMBERS } from '../../run/ledger/stages.ts';
import type { MergeConflict } from '../../run/ledger/trouble.ts';
import { quoteCommand } from '../../system/command-line.ts';
import { type Diagnostic, fault, reject } from '../../system/result.ts';
import { describeRestored, type RestoredTree } from '../../workspace/worktree/tree-damage.ts';
import type { Work } from './step.ts';

/** Instruction for a human to fix the findings that agents could not fix. */
export const manualFixText = (place: string) => `fix them in ${place} and commit`;

/** Reason of a halt after an audit. Agents fix the findings of the first audit; a human fixes those that remain. */
export function describeCriticalFindings(
  criticals: readonly string[],
  wasFixedBefore: boolean,
  run: string,
  place: string,
): string {
  const findingText = criticals.map((finding) => plainText(finding.replace(/^- /, ''), 400)).join('; ');
  if (!wasFixedBefore) return `the audit has critical findings: ${findingText}`;
  return `the audit still has critical findings: ${manualFixText(place)}, then repeat the audit with sao run ${run}: ${findingText}`;
}

/** Where the build was delivered to. */
export function describeShipped({ base, commit, delivery }: NonNullable<BuildState['shipped']>): string {
  const shown = commit.slice(0, 12);
  return delivery
    ? `pushed to ${delivery.branch} of ${delivery.remote} as ${shown}, for ${base}`
    : `shipped to ${base} as ${shown}`;
}

/** Counts the results of an audit's agents or checks in one domain. */
export function describeCoverage({ domain, by, planned, given }: DomainCoverage): string {
  const noun = planned === 1 ? by.slice(0, -1) : by;
  return `${plainText(domain, 60)}: ${given} of ${planned} ${noun} gave a result`;
}

/** Reason of a halt after an audit that covers not every domain. */
export function describeUncoveredDomains(domains: readonly DomainCoverage[], child: string): string {
  return `the audit has no result in ${countOf(domains.length, 'part')}, so the code is not audited there: ${domains.map(describeCoverage).join('; ')}; \`sao status ${child}\` shows the reasons, and resuming the build repeats what gave no result`;
}

/** Reason of a halt of a build whose audit was halted. */
export function describeHaltedAudit(audit: string, reason: string): string {
  return `the audit ${audit} of the integrated code is halted: ${plainText(reason, 300)}; resuming the build resumes it`;
}

const MAX_SHOWN_UNREVIEWED = 20;

/** Remark at the ship gate about files that changed after QC reviewed them. */
export function describeUnreviewedFiles(paths: readonly string[]): string {
  const more = paths.length - MAX_SHOWN_UNREVIEWED;
  const shown = paths.slice(0, MAX_SHOWN_UNREVIEWED).map((path) => plainText(path, 120));
  return `changed after the last merge and not reviewed by QC: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** How an agent merges the base branch itself: git refuses to merge over work that is not committed, and the contract is this build's. */
function mergeByHand(branch: string): string {
  return `in the integration worktree commit your work first, run \`git merge ${branch}\`, then \`git restore --source=HEAD --staged --worktree -- ${CONTRACTS}\` (the contract stays that of this build)`;
}

/** Describes why the integration branch cannot be merged into the base branch. */
export function describeBaseConflict(branch: string, conflicts: readonly MergeConflict[]): string {
  const paths = conflicts.map(({ path }) => path);
  const shown = paths.length > 10 ? [...paths.slice(0, 10), `${paths.length - 10} more`] : paths;
  return `${branch} has new commits that conflict in ${shown.join(', ')}: ${mergeByHand(branch)}, resolve the conflict and commit`;
}

/** Texts about new commits of the base branch that are merged in before a human is asked. */
const MAX_SHOWN_COMMITS = 5;

export const baseMergeText = {
  merged: (branch: string, count: number) =>
    `${countOf(count, 'new commit')} of ${branch} ${count === 1 ? 'is' : 'are'} merged in, and the result is tested: what you approve is what lands`,
  afterApproval: (branch: string, count: number) =>
    `${branch} has moved since your approval: ${countOf(count, 'new commit')} ${count === 1 ? 'is' : 'are'} merged in, and the result is tested; approve it again`,
  rewritten: (branch: string, dropped: readonly string[]) =>
    `${branch} was rewritten while the build ran: ${countOf(dropped.length, 'commit')} that it no longer has ${dropped.length === 1 ? 'comes' : 'come'} back with this build: ${dropped
      .slice(0, MAX_SHOWN_COMMITS)
      .map((commit) => plainText(commit, 80))
      .join(
        ', ',
      )}${dropped.length > MAX_SHOWN_COMMITS ? ` and ${dropped.length - MAX_SHOWN_COMMITS} more` : ''}`,
  failed: (branch: string, reason: string, logPath: string) =>
    `${branch} has new commits with which the checks fail (${reason}; output: ${logPath}): ${mergeByHand(branch)}, fix it and commit`,
};

/** Describes the fault that no training pair covers the project's state after it was shipped. */
export function describeStaleTraining(path: string, shippedAtMs: number): string {
  const shippedAt = new Date(shippedAtMs).toISOString();
  return `no valid training pair describes the state of the project since it was shipped at ${shippedAt}: write new ones to ${path}`;
}

/** Progress lines of the engine's own work. */
export const progressText = {
  restored: (tree: RestoredTree) => `worktree ${tree.module} ${describeRestored(tree)}`,
  begin: (modules: readonly string[]) => `worktrees: ${modules.join(', ')}`,
  /** `deliversBranch`: the build ends in a pushed branch, not in a merge. */
  work(work: Work, deliversBranch: boolean): string {
    switch (work.do) {
      case 'extend':
        return `next: ${work.role}${work.module === undefined ? '' : ` of ${work.module}`}`;
      case 'check':
        return `checking the work of ${work.by}`;
      case 'begin':
        return `next: builder of ${work.module}`;
      case 'examine':
        return `examining the work of ${work.builder}`;
      case 'judge':
        return `judging ${work.module}: tests, paths, locks, ${work.qc}`;
      case 'merge':
        return `merging ${work.module}`;
      case 'begin-hardening':
        return 'auditing the integration branch';
      case 'end-hardening':
        return `reading the findings of ${work.child}`;
      case 'ship':
        return deliversBranch ? 'pushing the branch of the build' : 'merging to the base branch';
      case 'bring-home':
        return deliversBranch
          ? 'pushing brains and training pairs'
          : 'merging brains and training pairs to the base branch';
      case 'report':
        return 'writing the report';
    }
  },
};

/** Texts of a build that is adopted from its branches. */
export const adoptText = {
  task: (run: string) => `Continue the build ${run} from its branches`,
  output: (agent: string, run: string) =>
    `# Adopted\n\nThe report of ${agent} is lost. Its work is in the integration branch of run ${run}.\n\n<!-- DONE -->\n`,
  setAside: (run: string, kept: string) =>
    `the run directory of ${run} was incomplete and is made anew; what was left of it is kept in ${kept}`,
  remark: (merged: readonly string[]) =>
    `adopted from its branches, because the ledger with the earlier approvals and reviews is not here; merged before: ${merged.join(', ') || 'no module'}`,
};

/** What is recorded of a module whose commits are in the repository no more. */
export const lostText = {
  reason: (commit: string) => `its commit ${commit.slice(0, 12)} is in the repository no more`,
  finding: (commit: string) =>
    `- [major] The work of the module is lost: its commit ${commit.slice(0, 12)} is in the repository no more — build the module again`,
};

/** Errors of adopting a build. */
export const adoptFaults = {
  notOne: (directory: string, named: string | undefined, runs: readonly string[]) => ({
    code: 'build-not-found',
    message:
      runs.length > 1
        ? `${runs.length} builds of ${directory} can be resumed`
        : `there is no branch orchestration/${named ?? 'RUN'}/integration in ${directory} that is not in its base branch`,
    target: named ?? directory,
    fix:
      runs.length > 1
        ? `name one: ${runs
            .slice(0, 3)
            .map((run) => `sao build --resume ${run}`)
            .join(', ')}`
        : 'fetch the branches (git fetch), or look for them: git branch --all --list "*orchestration/*"',
  }),
  noBranch: (directory: string) => ({
    code: 'build-base-missing',
    message: `HEAD of ${directory} is on no branch, so the build has no branch to be merged into`,
    target: directory,
    fix: 'git switch <branch>, then run the same command again',
  }),
  elsewhere: (run: string, project: string, here: string) => ({
    code: 'build-elsewhere',
    message: `the build ${run} belongs to ${project}, and this is another repository: ${here}`,
    target: project,
    fix: `continue it there: ${quoteCommand(['sao', 'run', run])}; or adopt its branches here, as a build of its own: ${quoteCommand(['sao', 'build', '--resume', run, '--runs-dir', `${here}/.git/sao-runs`])}`,
  }),
  nothingLeft: (
    run: string,
    { base, project, task }: { base: string; project: string; task: string | undefined },
  ) => ({
    code: 'build-nothing-left',
    message: `all commits of the build ${run} are in ${base}: there is nothing to resume`,
    target: run,
    fix: `start a new build: ${quoteCommand(['sao', 'build', task ?? '<description>', '--project', project])}; or switch to the branch that the build is for`,
  }),
};

/** Errors of creating or resuming a build. */
export const buildFaults = {
  noProgress: (run: string, work: readonly Work[]) =>
    fault({
      code: 'build-no-progress',
      message: `the step ${work.map((each) => each.do).join(', ')} of run ${run} made no progress`,
      target: run,
      fix: `\`sao status ${run}\` shows the run's progress; if this error remains, report it with the ledger`,
    }),
  outdatedSubmodules: (
    run: string,
    { project, branch, paths }: { project: string; branch: string; paths: readonly string[] },
  ) =>
    reject({
      code: 'build-submodules-outdated',
      message: `new commits of ${branch} set ${countOf(paths.length, 'submodule')} to a commit that your copy of it does not have, so the result cannot be tested: ${paths
        .map((path) => quotePath(path))
        .join(', ')}`,
      target: branch,
      fix: `${paths
        .map((path) => quoteCommand(['git', '-C', join(project, path), 'fetch']))
        .join(' && ')}; then: sao run ${run}`,
    }),
  unrelatedBase: (
    run: string,
    { project, branch, began }: { project: string; branch: string; began: string },
  ) =>
    reject({
      code: 'build-base-unrelated',
      message: `${branch} was rewritten from its first commit on, so it has no commit in common with the build ${run}, which began at ${began.slice(0, 12)}`,
      target: branch,
      fix: `put the present files of ${branch} on top of that commit, then run the same command again: ${[
        ['branch', `${branch}-rewritten`, branch],
        ['switch', branch],
        ['reset', '--soft', began],
        ['commit', '-m', `Rewrite ${branch}`],
      ]
        .map((args) => quoteCommand(['git', '-C', project, ...args]))
        .join(' && ')}`,
    }),
  damagedAgain: (run: string, modules: readonly string[]) =>
    fault({
      code: 'build-damaged-again',
      message: `the worktrees of run ${run} are damaged again each time they are restored: ${modules.join(', ')}`,
      target: run,
      fix: `end the program that damages them, then: sao worktree repair ${run}`,
    }),
  notBuild: (run: string) =>
    reject({
      code: 'run-not-build',
      message: `run ${run} is an audit run: it has no stages`,
      target: run,
      fix: 'start a build: sao build "<description>"',
    }),
};

/** The command that does the engine's own work and prints the next action. */
export const engineCommand = (run: string) => `sao run ${run} --commands`;

/** Instructions that `sao next` prints with the action of a build. */
export const nextActionText = {
  /** The timeout is for tests: by default the client stops a shell command after two minutes. */
  goOn: (run: string) => `\`${engineCommand(run)}\` (timeout 600000)`,
  engine: (work: readonly Work[]) =>
    `The engine has work: ${[...new Set(work.map((each) => each.do))].join(', ')}. Run the command with a timeout of 600000; it prints the next action.`,
  gate: (run: string, stage: HumanGate) =>
    `A human decides on stage ${STAGE_NUMBERS[stage]}. Show the user the text below, and wait for the answer. If yes, run the command; if no, \`sao gate reject ${stage} ${run} --note '<why>'\`. Then ${nextActionText.goOn(run)}.`,
  stuck: (reason: string, run: string) =>
    `The build cannot continue by itself: ${reason}. Show the user this and the command, and do what they answer. Then ${nextActionText.goOn(run)}.`,
  halted: (reason: string) =>
    `The build is halted: ${reason}. Show this to the user, who can continue it with the command in a terminal of their own.`,
  done: ({ state, dir }: Pick<Snapshot, 'state' | 'dir'>, backlog: number) => {
    const { base, shipped } = state.build;
    const { delivery } = shipped ?? {};
    const target = delivery ? `branch ${delivery.branch} of ${delivery.remote}` : (base?.branch ?? '');
    const at = `${target} at ${shipped?.commit.slice(0, 12) ?? ''}`;
    return `${delivery ? 'Pushed' : 'Shipped'} to ${at}, memory updated; ${countOf(backlog, 'finding')} left open; report: ${dir}/report.md`;
  },
};

/** Formats a diagnostic for an agent: location, message and fix. */
export function formatDiagnostic({ message, target, fix }: Diagnostic): string {
  const location = target !== undefined && !message.includes(target) ? `${target}: ` : '';
  return `${location}${message}${fix === undefined ? '' : ` (${fix})`}`;
}
