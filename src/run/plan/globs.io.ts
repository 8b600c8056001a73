import { globSync } from 'tinyglobby';
import type { GlobMatches } from './expand.ts';

/** Matches the `each` globs of a plan with the project's files and folders, without version control and dependencies. */
export function matchIn(project: string): GlobMatches {
  return (pattern) =>
    globSync(pattern, {
      cwd: project,
      onlyFiles: false,
      dot: false,
      expandDirectories: false,
      followSymbolicLinks: false,
      ignore: ['**/node_modules/**', '**/.git/**'],
    })
      .map((path) => path.replace(/\/$/, ''))
      // A name that starts with a dash would be read as an option by the command it is put into.
      .map((path) => (path.startsWith('-') ? `./${path}` : path))
      .sort();
}
