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

/** Files in which names and addresses stand on purpose. */
const CREDITS =
  /^(?:authors?|contributors?|maintainers?|codeowners|owners|credits|notice|licen[cs]e|copying|changelog|changes|history|security|code_of_conduct|\.mailmap|humans\.txt|package\.json|composer\.json|bower\.json|pyproject\.toml|cargo\.toml|setup\.(?:py|cfg)|pom\.xml|plugin\.json|marketplace\.json|manifest\.json|[\w.-]+\.(?:gemspec|podspec|nuspec|csproj|cabal))(?:\.\w+)?$|licen[cs]es?\//i;

export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes } = await scanCode(tree, { patterns: LOGGED_PATTERNS, syntax: LOGGED_SYNTAX });
  let files = 0;
  for (const { path, text: read } of tree.files) {
    if (!isJudged(path)) continue;
    const text = read();
    if (text === undefined || (languageOf(path) && isForeignText(text))) continue;
    files += 1;
    const language = languageOf(path);
    // Comments name authors and examples; data has none.
    const shown = language && language !== 'yaml' ? maskText(text, language).text : text;
    hits.push(...[...findNumbers(path, shown), ...findAddresses(path, shown)].flatMap(weigh));
  }
  const what = `Looked for addresses and numbers of persons in ${countOf(files, 'file')} of code and data.`;
  return reportHits(hits, [...notes, what]);
}

function isJudged(path: string): boolean {
  if (isForeignPath(path) || CREDITS.test(nameOf(path))) return false;
  // The code of a test makes its values up; its data may be a copy of real ones.
  return DATA.test(path) || (languageOf(path) !== undefined && !isTest(path));
}

/** In tests and examples most such values are made up, and still worth a look. */
function weigh(hit: Hit): Hit[] {
  const path = hit.path ?? '';
  if (!isTest(path) && !isSample(path)) return [hit];
  return hit.rule === 'private-address' ? [] : [{ ...hit, severity: 'minor' }];
}
