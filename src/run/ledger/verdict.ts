import type { Severity } from '../../findings/finding.ts';

/** The verdicts of QC on a module, from best to worst. */
export const QC_VERDICTS = ['pass', 'fail-major', 'fail-critical'] as const;
export type QcVerdict = (typeof QC_VERDICTS)[number];

/** The mildest verdict that a finding of each severity allows. */
const ALLOWED: Record<Severity, QcVerdict> = {
  critical: 'fail-critical',
  major: 'fail-major',
  minor: 'pass',
};

export function isWorse(one: QcVerdict, other: QcVerdict): boolean {
  return QC_VERDICTS.indexOf(one) > QC_VERDICTS.indexOf(other);
}

/** The mildest verdict that these findings allow. */
export function qcVerdictOf(findings: readonly { severity: Severity }[]): QcVerdict {
  return findings.reduce<QcVerdict>((worst, { severity }) => {
    const own = ALLOWED[severity];
    return isWorse(own, worst) ? own : worst;
  }, 'pass');
}

/** Formats a verdict as in reports and answers: `FAIL-MAJOR`. */
export function formatVerdict(verdict: QcVerdict): string {
  return verdict.toUpperCase();
}

const START = /^(?:(pass(?:ed)?)|fail(?:ed|ure)?[-_ –—]{1,3}(major|critical))(?![\w-])(.*)$/is;
/** A conditional phrase such as `PASS if …` is not a verdict. */
const MAY_FOLLOW = /^(?:$|\s*[.,;:!(—–-]|\s+with (?:only |some |a few |\d+ )?(?:minor|notes?)\b)/i;
const NAMED = /\b(?:PASS|FAIL-MAJOR|FAIL-CRITICAL)\b/g;

/** Parses the verdict at the start of a phrase; undefined for no verdict, several verdicts (as in the form), or a condition. */
export function readVerdict(phrase: string): QcVerdict | undefined {
  const text = phrase
    .slice(0, 500)
    .replace(/^\s*[-*+]\s+|[*`~[\]"]|(?<!\w)_|_(?!\w)|\p{Extended_Pictographic}|\ufe0f/gu, '')
    .trim();
  const [whole, passes, level, rest = ''] = START.exec(text) ?? [];
  const isOne = new Set(text.match(NAMED)).size <= 1;
  if (whole === undefined || !isOne || !MAY_FOLLOW.test(rest)) return undefined;
  if (passes !== undefined) return 'pass';
  return level?.toLowerCase() === 'critical' ? 'fail-critical' : 'fail-major';
}
