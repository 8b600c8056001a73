import { readBoundedText } from '../../system/files/bounded.ts';
import { projectConfigPath } from './project-config.ts';

/** The setup command of a project's worktrees, for the text of a gate. No schema library: a hook asks for that text too. */
export function readSetupCommand(project: string): string | undefined {
  try {
    const { worktree } = JSON.parse(readBoundedText(projectConfigPath(project))) as {
      worktree?: { setup?: unknown };
    };
    const setup = worktree?.setup;
    return typeof setup === 'string' && setup.trim() !== '' ? setup.trim() : undefined;
  } catch {
    // No configuration, or one that stops the build itself.
    return undefined;
  }
}
