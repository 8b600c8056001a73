// What the child processes of the git hazards work with, bundled as one module.
export { mergeToBase } from '../../src/assemble/base.io.ts';
export { openIntegration } from '../../src/assemble/integration.io.ts';
export { mergeModule } from '../../src/assemble/merge.io.ts';
export { createWorktree, createWorktrees } from '../../src/worktree/create.io.ts';
export { removeWorktree } from '../../src/worktree/remove.io.ts';
export { openSite } from '../../src/worktree/site.io.ts';
