/** The verdicts of QC on a module, from best to worst. */
export const QC_VERDICTS = ['pass', 'fail-major', 'fail-critical'] as const;
export type QcVerdict = (typeof QC_VERDICTS)[number];

/** Formats a verdict as in reports and answers: `FAIL-MAJOR`. */
export function formatVerdict(verdict: QcVerdict): string {
  return verdict.toUpperCase();
}
