/** How a project records its changes. `file`: one file; `fragments`: one small file for each change, in a folder. */
export type ChangeLog =
  | { kind: 'file'; path: string; isNew: boolean }
  | { kind: 'fragments'; folder: string; tool: FragmentTool };

/** `changesets`: `.changeset/NAME.md` with the packages in its front matter; `towncrier`: fragments that a tool joins at the release. */
export type FragmentTool = 'changesets' | 'towncrier';

/** Folders of towncrier and of tools like it; `changes/` counts only if it has fragments or a configuration names it. */
const FRAGMENT_FOLDERS = ['changelog.d', 'newsfragments', 'news.d', '.changelog', 'changes'];
const FRAGMENT_NAME =
  /^[\w+#-]+\.(?:feature|bugfix|bug|fix|doc|removal|misc|added|changed|deprecated|removed|fixed|security|breaking)(?:\.\d+)?(?:\.(?:md|rst|txt))?$/i;
const FRAGMENT_PLACEHOLDER = /^(?:\.git(?:keep|ignore)|readme(?:\.\w+)?|_?template(?:\.\w+)?)$/i;
/** Files in which towncrier has its settings. */
const TOWNCRIER_CONFIGS = ['towncrier.toml', 'pyproject.toml'];

/** Names of change logs, the usual first. */
const FILE_NAMES = [
  'changelog',
  'changes',
  'history',
  'news',
  'release-notes',
  'releasenotes',
  'release_notes',
  'releases',
];
const FILE_PATH = new RegExp(`^(docs?/)?(${FILE_NAMES.join('|')})(?:\\.(?:md|markdown|rst|txt|adoc))?$`, 'i');
const NAMES_VERSION = /\b\d+\.\d+|\bunreleased\b/i;

/** The change log of a project that has none. */
export const DEFAULT_CHANGE_LOG: ChangeLog = { kind: 'file', path: 'CHANGELOG.md', isNew: true };

/** The tracked paths whose text decides about the change log. */
export function pathsToRead(tracked: readonly string[]): string[] {
  return tracked.filter((path) => FILE_PATH.test(path) || TOWNCRIER_CONFIGS.includes(path));
}

/** Finds how a project records its changes, from its tracked paths and the texts of `pathsToRead`. */
export function findChangeLog(tracked: readonly string[], texts: ReadonlyMap<string, string>): ChangeLog {
  if (tracked.includes('.changeset/config.json'))
    return { kind: 'fragments', folder: '.changeset', tool: 'changesets' };
  const folder = fragmentFolder(tracked, texts);
  if (folder !== undefined) return { kind: 'fragments', folder, tool: 'towncrier' };
  const [best] = tracked
    .filter((path) => FILE_PATH.test(path))
    .sort((a, b) => rankOfFile(a, texts) - rankOfFile(b, texts) || Number(a > b) - Number(a < b));
  return best === undefined ? DEFAULT_CHANGE_LOG : { kind: 'file', path: best, isNew: false };
}

function fragmentFolder(tracked: readonly string[], texts: ReadonlyMap<string, string>): string | undefined {
  const [configured] = TOWNCRIER_CONFIGS.flatMap((path) => towncrierFolder(texts.get(path) ?? '') ?? []);
  if (configured !== undefined) return configured;
  return FRAGMENT_FOLDERS.find((folder) => {
    const names = tracked
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(path.lastIndexOf('/') + 1));
    if (names.length === 0) return false;
    const hasFragment = names.some((name) => FRAGMENT_NAME.test(name));
    return folder === 'changes'
      ? hasFragment
      : hasFragment || names.every((name) => FRAGMENT_PLACEHOLDER.test(name));
  });
}

/** The folder of fragments in towncrier's settings; undefined if the text has none. */
function towncrierFolder(toml: string): string | undefined {
  const lines = toml.split('\n').map((line) => line.trim());
  const start = lines.findIndex((line) => /^\[(?:tool\.)?towncrier\]$/.test(line));
  if (start === -1) return undefined;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^\[[^[]/.test(line));
  const folder = rest
    .slice(0, end === -1 ? rest.length : end)
    .map((line) => /^directory\s*=\s*["']([^"']+)["']/.exec(line)?.[1])
    .find((found) => found !== undefined);
  return (folder ?? 'newsfragments').replace(/^\.\/|\/+$/g, '');
}

/** A file that names versions ranks before one that does not, the top folder before `docs/`, and the usual name before others. */
function rankOfFile(path: string, texts: ReadonlyMap<string, string>): number {
  const [, folder = '', name = ''] = FILE_PATH.exec(path) ?? [];
  const text = texts.get(path) ?? '';
  return (
    (NAMES_VERSION.test(text) ? 0 : 1000) + (folder === '' ? 0 : 100) + FILE_NAMES.indexOf(name.toLowerCase())
  );
}

/** The fault of a release whose changed paths contain no entry; undefined if there is one. `changed`: paths that exist after the change. */
export function findMissingEntry(log: ChangeLog, changed: readonly string[]): string | undefined {
  if (log.kind === 'file') {
    if (changed.includes(log.path)) return undefined;
    return log.isNew
      ? `${log.path} has no entry for this change: add one, in the ${log.path} at the top of the project`
      : `${log.path} has no entry for this change: add one there, in the form of the entries that it has`;
  }
  const { folder, tool } = log;
  const isEntry = (path: string) =>
    path.startsWith(`${folder}/`) &&
    !FRAGMENT_PLACEHOLDER.test(path.slice(path.lastIndexOf('/') + 1)) &&
    (tool !== 'changesets' || path.endsWith('.md'));
  if (changed.some(isEntry)) return undefined;
  return `${folder}/ has no new file for this change: the project records each change in a file of its own there`;
}
