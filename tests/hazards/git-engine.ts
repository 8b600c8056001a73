// Exports the functions that the child processes of the git hazards use; bundled as one module.
export { mergeToBase } from '../../src/workspace/merge/base.io.ts';
export { openIntegration } from '../../src/workspace/merge/integration.io.ts';
export { mergeModule } from '../../src/workspace/merge/merge.io.ts';
export { createWorktree, createWorktrees } from '../../src/workspace/worktree/create.io.ts';
export { removeWorktree } from '../../src/workspace/worktree/remove.io.ts';
export { openSite } from '../../src/workspace/worktree/site.io.ts';
