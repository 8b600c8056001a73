import type { SourceFile } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';

/** A kind of file that belongs on a machine and not into a repository. */
export interface Artifact {
  rule: string;
  severity: Hit['severity'];
  what: string;
  why: string;
  pattern: RegExp;
  except?: RegExp;
  /** One finding for each file, for each folder or name of a folder that the pattern ends with; otherwise one in all. */
  each?: true;
  folder?: 'path' | 'name';
  /** A look into the file, where its name does not decide. */
  holds?: (file: SourceFile) => boolean;
}

const UNTRACK = 'git rm -r --cached it and add it to .gitignore.';

/** A setting with a value; a file of empty names or references is a template. */
function hasValues(file: SourceFile): boolean {
  return /^\s*(?:export\s+)?\w*(?:KEY|SECRET|TOKEN|PASSWORD|PASS|DSN|URL|CREDENTIALS?)\w*[ \t]*=[ \t]*["']?(?!["'\s$#]|your|change|xxx|<|example|localhost|https?:\/\/localhost)\S{3,}/im.test(
    file.text() ?? '',
  );
}

export const ARTIFACTS: readonly Artifact[] = [
  {
    rule: 'env-file',
    severity: 'major',
    what: 'an environment file with values',
    why: `Every copy of the repository holds them: change what is secret, then ${UNTRACK}`,
    pattern: /(?:^|\/)\.env(?:\.\w+)*$/,
    except: /\.(?:example|sample|template|dist|defaults?|schema|test|ci|vault)$/,
    each: true,
    holds: hasValues,
  },
  {
    rule: 'key-store',
    severity: 'major',
    what: 'a store of keys',
    why: `Whoever has the repository can try its password at leisure; replace the keys, then ${UNTRACK}`,
    pattern:
      /\.(?:p12|pfx|jks|keystore|kdbx|ppk)$|(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.pgpass|\.htpasswd)$/,
    except: /debug\.keystore$/,
    each: true,
  },
  {
    rule: 'key-file',
    severity: 'major',
    what: 'a private key',
    why: `Every copy of the repository holds it: replace the key, then ${UNTRACK}`,
    pattern: /\.(?:pem|key|der)$/,
    each: true,
    holds: (file) => /-{5}BEGIN [A-Z ]*PRIVATE KEY/.test(file.text() ?? ''),
  },
  {
    rule: 'terraform-state',
    severity: 'major',
    what: 'a Terraform state',
    why: `It holds the secrets of what it describes, in plain text; keep it in a remote backend, then ${UNTRACK}`,
    pattern: /\.tfstate(?:\.backup)?$/,
    each: true,
  },
  {
    rule: 'installed-dependencies',
    severity: 'major',
    what: 'installed dependencies',
    why: `Nobody reviews them and they differ from the lock file; ${UNTRACK}`,
    pattern: /(?:^|.*?\/)(?:node_modules|bower_components|site-packages|\.venv|venv)\//,
    folder: 'path',
  },
  {
    rule: 'build-output',
    severity: 'minor',
    what: 'what a build or a test run wrote',
    why: `It goes stale and makes every diff longer; ${UNTRACK}`,
    pattern:
      /(?:^|.*?\/)(?:\.next|\.nuxt|\.svelte-kit|\.turbo|\.parcel-cache|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.gradle|\.terraform|\.nyc_output|\.cache|__pycache__|coverage\/lcov-report|htmlcov|\.tox|\.eggs)\//,
    folder: 'name',
  },
  {
    rule: 'compiled-file',
    severity: 'minor',
    what: 'a compiled file',
    why: `It fits one machine and one version, and nobody can read what it does; ${UNTRACK}`,
    pattern: /\.(?:pyc|pyo|class|o|obj|lib|exe|dll|dylib|pdb|ilk|gch|tsbuildinfo)$/,
  },
  {
    rule: 'system-file',
    severity: 'minor',
    what: 'a file of the operating system',
    why: `It shows names of the author’s folders and helps nobody; ${UNTRACK}`,
    pattern:
      /(?:^|\/)(?:\.DS_Store|Thumbs\.db|ehthumbs\.db|desktop\.ini|\._[^/]+|\.Spotlight-V100|\$RECYCLE\.BIN)$/,
  },
  {
    rule: 'editor-file',
    severity: 'minor',
    what: 'personal files of an editor',
    why: `They hold one person’s settings and paths; ${UNTRACK}`,
    pattern:
      /(?:^|\/)\.idea\/(?:workspace|tasks|usage|shelf|dataSources)|\.(?:iml|swp|swo|suo|sublime-workspace)$|(?:^|\/)\.vs\/|\.csproj\.user$|(?:^|\/)\.vscode\/(?:ipch|\.browse|history)/,
  },
  {
    rule: 'left-file',
    severity: 'minor',
    what: 'a backup, a log or a rest of a merge',
    why: `It was never meant for others; ${UNTRACK}`,
    pattern:
      /\.(?:orig|rej|bak|tmp|log|hprof|stackdump)$|~$|(?:^|\/)(?:npm-debug|yarn-error|hs_err_pid)[^/]*$/,
  },
  {
    rule: 'database-file',
    severity: 'minor',
    what: 'a database or a dump of one',
    why: `It may hold people’s data, and each change stores all of it again; ${UNTRACK}`,
    pattern: /\.(?:sqlite3?|db|mdb|dump|sql\.(?:gz|zip|bz2)|rdb|realm)$/,
    except: /(?:^|\/)(?:Thumbs|ehthumbs)\.db$/,
    each: true,
  },
];
