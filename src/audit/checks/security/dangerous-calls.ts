import { countOf } from '../../../findings/words.ts';
import { isDevelopment, isSample, isVendored } from '../../../source/kinds.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult, Fact } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { scanCode } from '../../rules/scan.ts';
import { DANGEROUS_PATTERNS } from './dangerous-patterns.ts';
import { SCRIPT_RULES } from './dangerous-script.ts';
import { FLOW_RULES } from './flow-rules.ts';

const FOR_DEVELOPERS = /^(?:shell-injection|sql-injection|eval-call)$/;

// In a developer's script or a migration the values of a command come from the project itself.
function isDevelopers({ rule, path = '', level, suppressed }: Hit): boolean {
  return suppressed === undefined && level !== 'request' && FOR_DEVELOPERS.test(rule) && isDevelopment(path);
}

// The project does not run its examples and cannot change the code of others; only what takes values from a request is worth a line there.
function isShown({ rule, path = '', level, suppressed }: Hit): boolean {
  if (suppressed !== undefined || level === 'request' || rule.startsWith('request-')) return false;
  return isSample(path) || isVendored(path);
}

function countCalls(topic: string, hits: readonly Hit[]): Fact[] {
  if (hits.length === 0) return [];
  const files = new Set(hits.map(({ path }) => path));
  const text = `${countOf(hits.length, 'dangerous call')} in ${countOf(files.size, 'file')}`;
  return [{ topic, text }];
}

/** Reports calls that turn a value into code, a command or markup. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes, numbers } = await scanCode(tree, {
    patterns: DANGEROUS_PATTERNS,
    syntax: SCRIPT_RULES,
    flows: FLOW_RULES,
  });
  const [developers, shown] = [hits.filter(isDevelopers), hits.filter(isShown)];
  return reportHits(
    hits.filter((hit) => !isDevelopers(hit) && !isShown(hit)),
    notes,
    {
      numbers: [
        ...numbers,
        ...countCalls('Scripts of developers', developers),
        ...countCalls(
          'Examples and code of other projects',
          shown.filter((hit) => !isDevelopers(hit)),
        ),
      ],
    },
  );
}
