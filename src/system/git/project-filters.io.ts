import type { PlainGit } from './nested.io.ts';
import { isLfsProgram } from './setting-effects.ts';

const FILTER_KEY = /^filter\.(.+)\.[^.]+$/s;

/**
 * Variables for a git command that only looks at the files of a checkout: the filters that the repository itself configures are off, because git would
 * start their programs. Filters of the user's own configuration, such as that of Git LFS, stay.
 */
export async function turnProjectFiltersOff(
  directory: string,
  git: PlainGit,
): Promise<Record<string, string>> {
  const args = ['config', '--show-scope', '-z', '--get-regexp', '^filter\\.'];
  const { stdout } = await git(directory, args);
  const settings = listOwnFilters(stdout.split('\0')).flatMap((name) => [
    ...['clean', 'smudge', 'process'].map((program) => [`filter.${name}.${program}`, '']),
    [`filter.${name}.required`, 'false'],
  ]);
  if (settings.length === 0) return {};
  const variables = settings.flatMap(([key = '', value = ''], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(variables) };
}

/** The names of the filters in the repository's configuration, without that of Git LFS. `fields`: scopes and settings (key, line end, value) by turns. */
function listOwnFilters(fields: readonly string[]): string[] {
  const names = fields.flatMap((scope, index) => {
    const isOwn = index % 2 === 0 && (scope === 'local' || scope === 'worktree');
    const [key = '', ...value] = isOwn ? (fields[index + 1] ?? '').split('\n') : [];
    return isLfsProgram(value.join('\n')) || key.endsWith('.required')
      ? []
      : (FILTER_KEY.exec(key)?.[1] ?? []);
  });
  return [...new Set(names)];
}
