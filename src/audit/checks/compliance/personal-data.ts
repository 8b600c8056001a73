import { countOf } from '../../../findings/words.ts';
import { isForeignPath, isForeignText, isSample, isTest } from '../../../source/kinds.ts';
import { languageOf } from '../../../source/languages.ts';
import { maskText } from '../../../source/mask.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { nameOf } from '../../manifests/find.ts';
import { scanCode } from '../../rules/scan.ts';
import { LOGGED_PATTERNS, LOGGED_SYNTAX } from './logged-secrets.ts';
import { findAddresses, findNumbers } from './personal-values.ts';

const DATA = /\.(?:csv|tsv|json|jsonl|ndjson|sql|xml|ya?ml|txt|log|ldif|vcf|properties|ini|toml|env|conf)$/i;

/** Files that contain names and addresses on purpose. */
const CREDITS =
  /^(?:authors?|contributors?|maintainers?|codeowners|owners|credits|notice|licen[cs]e|copying|changelog|changes|history|security|code_of_conduct|\.mailmap|humans\.txt|package\.json|composer\.json|bower\.json|pyproject\.toml|cargo\.toml|setup\.(?:py|cfg)|pom\.xml|plugin\.json|marketplace\.json|manifest\.json|[\w.-]+\.(?:gemspec|podspec|nuspec|csproj|cabal))(?:\.\w+)?$|licen[cs]es?\//i;

/** Reports personal data in files, and secrets that the code logs. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes } = await scanCode(tree, { patterns: LOGGED_PATTERNS, syntax: LOGGED_SYNTAX });
  let files = 0;
  for (const { path, text: read } of tree.files) {
    if (!isJudged(path)) continue;
    const text = read();
    if (text === undefined || (languageOf(path) && isForeignText(text))) continue;
    files += 1;
    const language = languageOf(path);
    // Comments contain authors and examples, so comments in code are ignored.
    const shown = language && language !== 'yaml' ? maskText(text, language).text : text;
    hits.push(...[...findNumbers(path, shown), ...findAddresses(path, shown)].flatMap(weigh));
  }
  const what = `Searched for personal addresses and numbers in ${countOf(files, 'file')} of code and data.`;
  return reportHits(hits, [...notes, what]);
}

function isJudged(path: string): boolean {
  if (isForeignPath(path) || CREDITS.test(nameOf(path))) return false;
  // Test code uses invented values; a test's data files may be copies of real data.
  return DATA.test(path) || (languageOf(path) !== undefined && !isTest(path));
}

// In tests and examples most values are invented, so their findings are minor.
function weigh(hit: Hit): Hit[] {
  const path = hit.path ?? '';
  if (!isTest(path) && !isSample(path)) return [hit];
  return hit.rule === 'private-address' ? [] : [{ ...hit, severity: 'minor' }];
}
