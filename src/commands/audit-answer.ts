import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, relative, resolve } from 'node:path';
import { styleText } from 'node:util';
import type { Audited } from '../audit/audit.io.ts';
import { type FoundSettings, pathOfBaseline } from '../audit/audit-target.io.ts';
import { BASELINE_FILE, writeBaseline } from '../audit/baseline.ts';
import { exceeds } from '../findings/fail-on.ts';
import type { Severity } from '../findings/finding.ts';
import { countOf } from '../findings/words.ts';
import { renderBrief } from '../run/report/brief.ts';
import { FORMATS, type Format, renderReport } from '../run/report/collect.io.ts';
import type { Report } from '../run/report/report.ts';
import { writeAtomic } from '../system/files/atomic.ts';
import { describeFileError } from '../system/files/file-error.ts';
import {
  accept,
  type Diagnostic,
  ExpectedError,
  type Failure,
  type Result,
  reject,
  warn,
} from '../system/result.ts';
import type { AuditInput } from './audit-options.ts';
import type { Answer } from './command.ts';

/** What `sao audit` answers. */
export interface AuditAnswer extends Report {
  dir: string;
  files: string[];
  interrupted: boolean;
  halted: string | null;
  /** Files that this call has written beside the run: the report and the baseline. */
  written: string[];
  shown: Format | 'brief' | 'nothing';
  showsSuppressed: boolean;
}

/** Writes what the call asks for, and decides its exit code. */
export function answerAudit(
  { report, files, carried }: Audited,
  notices: readonly Diagnostic[],
  input: AuditInput,
  places: FoundSettings & { cwd: string },
): Result<Answer<AuditAnswer>> {
  const written = writeFiles(report, input, places);
  if (!written.ok) return written;
  const { dir, interrupted, halted } = carried;
  // A call that writes the baseline accepts all findings.
  const failOn = input.writeBaseline === undefined ? (input.failOn ?? places.settings.failOn) : undefined;
  const isBad = failOn !== undefined && exceeds(report.counts.findings, failOn);
  const isWhole = halted === null && report.gaps.length === 0;
  const isUnproved = failOn !== undefined && report.unchecked > 0 && !input.allowUnchecked;
  const data: AuditAnswer = {
    ...report,
    ...{ dir, files, interrupted, halted, written: written.value },
    shown: input.quiet ? 'nothing' : input.output === undefined ? (input.format ?? 'brief') : 'brief',
    showsSuppressed: input.showSuppressed,
  };
  const diagnostics = [...notices, ...(isUnproved ? [noteUnproved(report.unchecked)] : [])];
  return accept({ data, exit: interrupted ? 130 : isBad || !isWhole || isUnproved ? 1 : 0 }, diagnostics);
}

function writeFiles(
  report: Report,
  input: AuditInput,
  places: FoundSettings & { cwd: string },
): Result<string[]> {
  const outputs: [path: string, text: string][] = [];
  if (input.output !== undefined) {
    const format = formatOfOutput(input.output, input.format);
    if (!format.ok) return format;
    outputs.push([resolve(places.cwd, input.output), renderReport(report, format.value)]);
  }
  if (input.writeBaseline !== undefined) {
    const { writeBaseline: given } = input;
    const path = given === true ? pathOfBaseline(places, BASELINE_FILE) : resolve(places.cwd, given);
    outputs.push([path, writeBaseline(report.findings)]);
  }
  for (const [path, text] of outputs) {
    const failure = writeOutput(path, text);
    if (failure) return failure;
  }
  return accept(outputs.map(([path]) => relative(places.cwd, path) || path));
}

function writeOutput(path: string, text: string): Failure | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const isSpecial = statSync(path, { throwIfNoEntry: false })?.isFile() === false;
    // A pipe or a device cannot be replaced.
    if (isSpecial) writeFileSync(path, text);
    else writeAtomic(path, text);
    return undefined;
  } catch (error) {
    return error instanceof ExpectedError
      ? error.failure
      : describeFileError(error, path, 'write the output').failure;
  }
}

/** The format of `--output`: `--format`, or the ending of the file's name. */
export function formatOfOutput(path: string, format: Format | undefined): Result<Format> {
  const ending = extname(path).slice(1).toLowerCase();
  const chosen = format ?? FORMATS.find((name) => name === ending);
  if (chosen !== undefined) return accept(chosen);
  return reject({
    code: 'audit-output-format',
    message: `--output: the ending of ${path} names no format`,
    target: '--output',
    fix: `use a name that ends in ${FORMATS.map((name) => `.${name}`).join(', ')}, or add --format`,
  });
}

function noteUnproved(count: number): Diagnostic {
  const message = `${countOf(count, 'part')} could not be checked, so no finding does not mean no fault: see "Not checked" in the report`;
  const fix = 'remove the cause, or accept it with `--allow-unchecked`';
  return warn('audit-unchecked', message, { fix });
}

/** Renders the answer for a terminal or a model's context, or the whole report. */
export function renderAudit(data: AuditAnswer, colour: boolean): string {
  const { dir, files, shown, interrupted, halted, written, showsSuppressed, ...report } = data;
  if (shown === 'nothing') return '';
  if (shown !== 'brief') return renderReport(report, shown);
  const brief = renderBrief(report, { directory: dir, files, showsSuppressed });
  const lines = [
    ...written.map((path) => `Written: ${path}`),
    ...(interrupted || halted !== null ? [`Not finished. To resume: sao run ${report.run}`] : []),
  ];
  const text = lines.length === 0 ? brief : `${brief}\n${lines.join('\n')}`;
  return colour ? paint(text) : text;
}

const INKS: Record<Severity, 'red' | 'yellow' | 'cyan'> = { critical: 'red', major: 'yellow', minor: 'cyan' };

/** Colours the severities that the engine wrote; never a word inside a title, which another program may have written. */
function paint(text: string): string {
  return text.replace(/^(\d+\. )\[(critical|major|minor)\]/gm, (_, number: string, severity: Severity) => {
    return `${number}${styleText(INKS[severity], `[${severity}]`, { validateStream: false })}`;
  });
}
