import * as z from 'zod';
import { compareText } from '../findings/compare-text.ts';
import type { ReportFinding } from '../run/report/report-types.ts';
import { accept, type Result, reject } from '../system/result.ts';

/** The place of a project's baseline, relative to the audited folder. */
export const BASELINE_FILE = '.orchestration/audit-baseline.json';

/** Findings that a project knows already; only the fingerprints are compared, the rest is for readers of the file. */
const baselineSchema = z.object({
  version: z.literal(1),
  findings: z.array(
    z.object({
      fingerprint: z.string().min(1),
      rule: z.string().nullable(),
      path: z.string().nullable(),
      title: z.string(),
    }),
  ),
});

export type Baseline = z.infer<typeof baselineSchema>;

/** Writes findings as a baseline; the order of its lines depends on nothing but the findings, so that a diff of two baselines is short. */
export function writeBaseline(findings: readonly ReportFinding[]): string {
  const rows = findings
    .map(({ fingerprint, rule, path, title }) => ({ fingerprint, rule, path, title }))
    .sort((a, b) => compareText(keyOf(a), keyOf(b)));
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`);
  return `{\n  "version": 1,\n  "findings": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

const keyOf = ({ rule, path, fingerprint }: Pick<ReportFinding, 'rule' | 'path' | 'fingerprint'>) =>
  `${path ?? ''}\0${rule ?? ''}\0${fingerprint}`;

/** Reads the text of a baseline; `name` is its path in the call. */
export function readBaseline(text: string, name: string): Result<Baseline> {
  const value = parse(text);
  const parsed = baselineSchema.safeParse(value);
  if (parsed.success) return accept(parsed.data);
  const version =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  const isOther = version !== undefined && version !== 1;
  return reject({
    code: isOther ? 'audit-baseline-version' : 'audit-baseline-wrong',
    message: isOther
      ? `${name} is a baseline of version ${JSON.stringify(version)}, and this sao reads version 1`
      : `${name} is no baseline${value === undefined ? ': it is not JSON' : ''}`,
    target: name,
    fix: `sao audit . --write-baseline ${name}`,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
