import { quoteName } from '../run/ledger/names.ts';
import { CONTRACTS } from './contract-files.ts';

/** Errors of the commands about contracts and conflicts, each with a fix. */
export const contractErrors = {
  noFolder: (path: string) => ({
    code: 'contract-no-folder',
    message: `there is no folder ${path}`,
    target: '--root',
    fix: 'name the top of a project or of a worktree',
  }),
  noBuild: (run: string) => ({
    code: 'contract-no-build',
    message: `run ${run} is an audit: only a build has a contract`,
    target: run,
    fix: 'sao list',
  }),
  none: (root: string) => ({
    code: 'contract-none',
    message: `there is no contract in ${root}: ${CONTRACTS} is missing or empty`,
    target: root,
    fix: 'name another tree with --root, or run the architect stage: sao next',
  }),
  notApproved: (run?: string) => ({
    code: 'contract-not-approved',
    message:
      run === undefined
        ? 'no build is named, so there is no approved contract to compare'
        : `run ${run} has no approved contract, or the stored copy of it was changed`,
    target: '--from',
    fix: 'name a commit or a folder: sao contract diff --from HEAD',
  }),
  noSide: (root: string, side: string) => ({
    code: 'contract-no-side',
    message: `${quoteName(side)} is neither a folder nor a commit of ${root}`,
    target: side,
    fix: 'give approved, now, a folder, or a commit',
  }),
  link: (path: string) => ({
    code: 'contract-link',
    message: `${path} is a link or no regular file`,
    target: path,
    fix: 'replace it with a regular file',
  }),
  noNote: () => ({
    code: 'conflict-no-note',
    message: '--note is required to resolve a conflict; it is added to the decision and sent to the builders',
    target: '--note',
    fix: '--note "The decision and its reason"',
  }),
  adaptChanges: () => ({
    code: 'conflict-adapt-changes',
    message: '--contract cannot be used with --decision adapt: the contract does not change',
    target: '--contract',
    fix: 'leave --contract out, or use --decision flex',
  }),
  nothingFlexes: () => ({
    code: 'conflict-nothing-flexes',
    message: '--decision flex needs a changed contract file, but no given file differs from the contract',
    target: '--contract',
    fix: 'copy the file, change the copy, and name it with --contract; or use --decision adapt',
  }),
  noNumber: () => ({
    code: 'contract-decision',
    message: 'the contract has a decision 999, so a new decision has no number',
    target: 'decisions',
    fix: 'renumber some decisions below 999',
  }),
  noConflict: (name: string, known: readonly string[]) => ({
    code: 'conflict-unknown',
    message: `there is no conflict ${quoteName(name)}${known.length > 0 ? `; there are ${known.join(', ')}` : ''}`,
    target: name,
    fix: 'sao conflict list',
  }),
  noName: () => ({
    code: 'usage',
    message: 'name: the name of the conflict is missing',
    target: 'name',
    fix: 'sao conflict list',
  }),
  noDecision: () => ({
    code: 'usage',
    message: 'decision: --decision is missing',
    target: '--decision',
    fix: '--decision flex (the contract changes) or --decision adapt (the module does)',
  }),
  noRun: (root: string) => ({
    code: 'conflict-no-run',
    message: `${root} has no build, so there is no conflict to resolve`,
    target: root,
    fix: 'name a run: sao conflict resolve RUN NAME',
  }),
  noIntegration: (run: string) => ({
    code: 'conflict-no-integration',
    message: `run ${run} has no integration worktree: no module has been built yet`,
    target: run,
    fix: `sao next ${run}`,
  }),
  dirty: (place: string, paths: readonly string[]) => ({
    code: 'conflict-tree-dirty',
    message: `the integration worktree has uncommitted changes: ${paths.slice(0, 5).map(quoteName).join(', ')}`,
    target: place,
    fix: `commit them (git -C ${JSON.stringify(place)} commit), or give changed files of the contract with --contract`,
  }),
  moved: (name: string) => ({
    code: 'conflict-changed',
    message: `the contract, or conflict ${quoteName(name)}, changed while the question was open; nothing was written`,
    target: name,
    fix: `sao conflict show ${name}`,
  }),
  unsure: (name: string) => ({
    code: 'conflict-not-answered',
    message: `no answer was given: conflict ${quoteName(name)} stays open`,
    target: name,
    fix: 'run the command again and type the decision, or "yes"',
  }),
  yes: () => ({
    code: 'conflict-yes-needs-a-terminal',
    message: '--yes needs a human in their own terminal',
    target: '--yes',
    fix: 'leave it out: the command then asks the human',
  }),
  notOfContract: (path: string) => ({
    code: 'conflict-no-contract-file',
    message: `${path} has no name of a contract file, and is no folder with such files`,
    target: '--contract',
    fix: 'give files such as modules.json or auth.interface.md, or a folder with the layout of .orchestration/contracts',
  }),
};

/** Other text of the commands about contracts and conflicts. */
export const contractText = {
  commit: (name: string, decision: 'flex' | 'adapt') =>
    `Resolve conflict ${name}: ${decision === 'flex' ? 'the contract changes' : 'the module adapts'}\n`,
  confirm: 'confirm this decision',
};
