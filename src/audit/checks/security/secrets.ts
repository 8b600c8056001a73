import { countOf } from '../../../findings/words.ts';
import { isLockFile, isProse, isSample, isTest, isVendored } from '../../../source/kinds.ts';
import { readInstalled } from '../../../source/left-out.ts';
import { lineFinder } from '../../../source/lines.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult, Fact } from '../../check/check.ts';
import { namePaths } from '../../check/describe-left-out.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { openScanner, type Secret } from './secret-scan.ts';

const SHOWN_CHARACTERS = 4;

/** Reports keys, tokens and passwords in every text file. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const scan = await openScanner();
  const isInstalled = readInstalled(tree);
  const hits: Hit[] = [];
  const left = {
    large: [] as string[],
    unreadable: [] as string[],
    binary: [] as string[],
    skipped: [] as string[],
  };
  let scannedFiles = 0;
  for (const file of tree.files) {
    if (isInstalled(file.path) || isLockFile(file.path) || /\.map$/.test(file.path)) {
      left.skipped.push(file.path);
      continue;
    }
    const text = file.text();
    if (text === undefined) {
      left[file.textless?.() ?? 'binary'].push(file.path);
      continue;
    }
    scannedFiles += 1;
    const secrets = await scan(file.path, text);
    if (secrets.length > 0) hits.push(...hitsOf(file, text, secrets, tree.git));
  }
  const notes = [
    `Scanned ${countOf(scannedFiles, 'text file')}; the history of the repository was not scanned.`,
  ];
  const numbers: Fact[] = [
    ...describeLeft(left.binary, 'binary and not searched for secrets'),
    ...describeLeft(left.skipped, 'installed or generated and not searched for secrets'),
  ].map((text) => ({ topic: 'Not read', text }));
  const unchecked = [
    ...describeLeft(left.large, 'over 16 MiB and not searched for secrets'),
    ...describeLeft(left.unreadable, 'unreadable and not searched for secrets'),
  ];
  return reportHits(hits, notes, { unchecked, numbers });
}

function describeLeft(paths: readonly string[], what: string): string[] {
  return paths.length === 0 ? [] : [namePaths(paths, what)];
}

function hitsOf(file: SourceFile, text: string, secrets: readonly Secret[], git: boolean): Hit[] {
  const lineOf = lineFinder(text);
  return secrets.flatMap((secret) => {
    const line = lineOf(secret.offset);
    const severity = rateSecret(secret, file.path, git && file.tracked !== true);
    return severity === undefined ? [] : [toHit(secret, severity, file.path, line)];
  });
}

/**
 * Returns the severity of a secret, or undefined for one that a test or an example invents. A token of a provider's shape is
 * serious in any file except tests; all other secrets are usually invented in tests, examples and prose.
 */
function rateSecret(secret: Secret, path: string, isUncommitted: boolean): Hit['severity'] | undefined {
  const isInTest = isTest(path) || isVendored(path);
  const isMadeUpHere = isInTest || (secret.certainty !== 'shape' && (isSample(path) || isProse(path)));
  if (isMadeUpHere) return isInvented(secret, isInTest || isSample(path)) ? undefined : 'minor';
  return isUncommitted && secret.severity === 'critical' ? 'major' : secret.severity;
}

// Tests need keys and addresses with passwords; only a token of a provider is no invention there.
function isInvented({ certainty }: Secret, isInTest: boolean): boolean {
  return certainty === 'guess' || (isInTest ? certainty !== 'shape' : certainty === 'url');
}

function toHit(secret: Secret, severity: Hit['severity'], path: string, line: number): Hit {
  const rule = `secret-${secret.rule}`;
  const shown = secret.rule === 'privatekey' ? '' : ` ${maskSecret(secret.value)}`;
  const detail =
    severity === 'minor'
      ? 'The value is probably invented for a test or an example. If it is real, revoke it; if not, mark the line with `sao-ignore: RULE reason`.'
      : 'Everyone who can read the files can use the secret; revoke it at its provider, remove it, and read it from the environment.';
  return { rule, severity, title: `${rule}: ${secret.description}${shown}`, path, line, detail };
}

/** Returns the first 4 characters and `…`: enough to find the secret in a list of keys. */
export function maskSecret(value: string): string {
  return `${value.slice(0, SHOWN_CHARACTERS)}…`;
}
