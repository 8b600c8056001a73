import { hasPrivateKeyHeader } from '../../../findings/secret-key-block.ts';
import type { SourceFile } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';

/** A kind of file that should not be committed. */
export interface Artifact {
  rule: string;
  severity: Hit['severity'];
  what: string;
  why: string;
  pattern: RegExp;
  except?: RegExp;
  /** Report one finding per file. Without `each` and `folder`, all matching files are one finding. */
  each?: true;
  /** Report one finding per folder that the pattern matches. */
  folder?: true;
  /** Decides by the content, for files whose name is not enough. */
  holds?: (file: SourceFile) => boolean;
}

const UNTRACK = 'run `git rm -r --cached` on it and add it to .gitignore.';

/** Returns whether a file assigns a value to a setting named like a secret. A template has empty or sample values. */
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
    why: `Every copy of the repository contains its values. Revoke the secrets in it, then ${UNTRACK}`,
    pattern: /(?:^|\/)\.env(?:\.\w+)*$/,
    except: /\.(?:example|sample|template|dist|defaults?|schema|test|ci|vault)$/,
    each: true,
    holds: hasValues,
  },
  {
    rule: 'key-store',
    severity: 'major',
    what: 'a store of keys',
    why: `Everyone who has a copy of the repository can guess its password without limit. Replace the keys, then ${UNTRACK}`,
    pattern:
      /\.(?:p12|pfx|jks|keystore|kdbx|ppk)$|(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.pgpass|\.htpasswd)$/,
    except: /debug\.keystore$/,
    each: true,
  },
  {
    rule: 'key-file',
    severity: 'major',
    what: 'a private key',
    why: `Every copy of the repository contains the key. Replace the key, then ${UNTRACK}`,
    pattern: /\.(?:pem|key|der)$/,
    // The name says that nothing is protected by it.
    except:
      /(?:^|[/._-])(?:tests?|localhost|snakeoil|self-?signed|dummy|example|sample|fake|demo)(?=[/._-])/i,
    each: true,
    holds: (file) => hasPrivateKeyHeader(file.text() ?? ''),
  },
  {
    rule: 'terraform-state',
    severity: 'major',
    what: 'a Terraform state',
    why: `A state contains secrets in plain text. Move it to a remote backend, then ${UNTRACK}`,
    pattern: /\.tfstate(?:\.backup)?$/,
    each: true,
  },
  {
    rule: 'installed-dependencies',
    severity: 'major',
    what: 'installed dependencies',
    why: `Committed dependencies are not reviewed and can differ from the lock file; ${UNTRACK}`,
    pattern: /(?:^|.*?\/)(?:node_modules|bower_components|site-packages|\.venv|venv)\//,
    folder: true,
  },
];
