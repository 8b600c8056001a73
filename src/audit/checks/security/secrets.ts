import { countOf } from '../../../findings/words.ts';
import { isLockFile, isProse, isSample, isTest, isVendored } from '../../../source/kinds.ts';
import { lineFinder } from '../../../source/lines.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { openScanner, type Secret } from './secret-scan.ts';

const ALLOWED = /\b(?:sao-ignore|secretlint-disable|gitleaks:allow|pragma: allowlist secret|nosec|noqa)\b/;
const MASK_LENGTH = 4;

/** Looks for keys, tokens and passwords in every text file, whatever its language. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const scan = await openScanner();
  const hits: Hit[] = [];
  let files = 0;
  for (const file of tree.files) {
    if (isVendored(file.path) || isLockFile(file.path) || /\.map$/.test(file.path)) continue;
    const text = file.text();
    if (text === undefined) continue;
    files += 1;
    const secrets = await scan(file.path, text);
    if (secrets.length > 0) hits.push(...judge(file, text, secrets, tree.git));
  }
  const notes = [`Looked at ${countOf(files, 'text file')}; the past of the repository was not searched.`];
  return reportHits(hits, notes);
}

function judge(file: SourceFile, text: string, secrets: readonly Secret[], git: boolean): Hit[] {
  const lineOf = lineFinder(text);
  const lines = text.split('\n');
  return secrets.flatMap((secret) => {
    const line = lineOf(secret.offset);
    if (ALLOWED.test(lines[line - 1] ?? '') || ALLOWED.test(lines[line - 2] ?? '')) return [];
    const severity = weigh(secret, file.path, git && file.tracked !== true);
    return severity === undefined ? [] : [toHit(secret, severity, file.path, line)];
  });
}

/** A token of a provider's own shape opens what it opens wherever it lies; only tests are full of made-up ones. Of the rest, what examples say is rarely true. */
function weigh(secret: Secret, path: string, loose: boolean): Hit['severity'] | undefined {
  const isMadeUpHere = isTest(path) || (secret.sureness !== 'shape' && (isSample(path) || isProse(path)));
  if (isMadeUpHere) return secret.sureness === 'guess' ? undefined : 'minor';
  return loose ? 'major' : secret.severity;
}

function toHit(secret: Secret, severity: Hit['severity'], path: string, line: number): Hit {
  const rule = `secret-${secret.rule}`;
  const shown = secret.rule === 'privatekey' ? '' : ` ${maskSecret(secret.value)}`;
  const detail =
    severity === 'minor'
      ? 'It looks made up for a test or an example; if it is not, revoke it, and mark the line `sao-ignore` if it is.'
      : 'Whoever can read the files has it: revoke it at its provider, take it out, and read it from the environment.';
  return { rule, severity, title: `${rule}: ${secret.what}${shown}`, path, line, detail };
}

/** The first characters, enough to find it in a list of keys. */
export function maskSecret(value: string): string {
  return `${value.slice(0, MASK_LENGTH)}…`;
}
