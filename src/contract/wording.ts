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
    fix: 'name another tree with --root, or let the architect write one',
  }),
  notApproved: (run?: string) => ({
    code: 'contract-not-approved',
    message:
      run === undefined
        ? 'no build is named, so there is no approved contract to compare'
        : `no contract of run ${run} was approved, or its copy is not the one that was`,
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
    fix: 'put the file itself in its place',
  }),
  noNote: () => ({
    code: 'conflict-no-note',
    message: '--note is required to resolve a conflict; it is added to the decision and sent to the builders',
    target: '--note',
    fix: '--note "What holds from now on, and why"',
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
    message: 'the contract has a decision 999: there is no number after it',
    target: 'decisions',
    fix: 'give some decisions lower numbers',
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
    message: `there is no build of ${root} to resolve a conflict of`,
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
    message: `the integration worktree has changes that are in no commit: ${paths.slice(0, 5).map(quoteName).join(', ')}`,
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
    fix: 'run it again and type the decision, or "yes"',
  }),
  yes: () => ({
    code: 'conflict-yes-needs-a-terminal',
    message: '--yes needs a human in their own terminal',
    target: '--yes',
    fix: 'leave it out: the human is asked',
  }),
  notOfContract: (path: string) => ({
    code: 'conflict-no-contract-file',
    message: `${path} is neither a file of the contract by its name, nor a folder that holds such files`,
    target: '--contract',
    fix: 'give files such as modules.json or auth.interface.md, or a folder that is laid out like .orchestration/contracts',
  }),
};

/** Text of the commands about contracts and conflicts that is not an error. */
export const contractText = {
  commit: (name: string, decision: 'flex' | 'adapt') =>
    `Resolve conflict ${name}: ${decision === 'flex' ? 'the contract changes' : 'the module adapts'}\n`,
  sure: (decision: 'flex' | 'adapt') => `Type "${decision}" or "yes" to resolve it so: `,
};
