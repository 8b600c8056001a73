import { quoteName } from '../run/names.ts';
import { CONTRACTS } from './contract-files.ts';

/** Why a command about contracts cannot do what it was asked, and what to do. */
export const refuse = {
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
        ? 'no build is named, so that nothing was approved'
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
};
