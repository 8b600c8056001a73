import type { Severity } from '../../findings/finding.ts';
import { isRecord, type Json, parseJson } from '../manifests/json.ts';
import { memberAt, numberAt, recordsAt, textAt } from './json-values.ts';
import type { ToolFinding, ToolReading } from './tool.ts';

const reading = (findings: ToolFinding[], unchecked: string[] = [], suppressed = 0): ToolReading => ({
  findings,
  unchecked,
  suppressed,
});

const BANDIT_SEVERITY: Record<string, Severity> = { HIGH: 'major', MEDIUM: 'minor', LOW: 'minor' };

/** Reads `bandit -f json`. Bandit before 1.7.3 names no CWE. */
export function readBandit(text: string): ToolReading | undefined {
  const report = parseJson(text);
  if (!isRecord(report) || !Array.isArray(report.results)) return undefined;
  const findings = recordsAt(report, 'results').map((result): ToolFinding => {
    const cwe = numberAt(memberAt(result, 'issue_cwe'), 'id');
    return {
      rule: textAt(result, 'test_id') ?? 'unnamed',
      severity: BANDIT_SEVERITY[textAt(result, 'issue_severity') ?? ''] ?? 'minor',
      message: textAt(result, 'issue_text') ?? textAt(result, 'test_name') ?? 'an issue',
      url: textAt(result, 'more_info'),
      path: textAt(result, 'filename'),
      line: numberAt(result, 'line_number'),
      cwe: cwe === undefined ? [] : [cwe],
    };
  });
  const unchecked = recordsAt(report, 'errors').map(
    (error) => `${textAt(error, 'filename') ?? 'a file'}: ${textAt(error, 'reason') ?? 'an error'}`,
  );
  return reading(findings, unchecked);
}

const SHELLCHECK_SEVERITY: Record<string, Severity> = {
  error: 'major',
  warning: 'minor',
  info: 'minor',
  style: 'minor',
};

/** Reads `shellcheck --format=json1`. */
export function readShellcheck(text: string): ToolReading | undefined {
  const report = parseJson(text);
  if (!isRecord(report) || !Array.isArray(report.comments)) return undefined;
  return reading(
    recordsAt(report, 'comments').map((comment) => {
      const code = `SC${numberAt(comment, 'code') ?? 0}`;
      return {
        rule: code,
        severity: SHELLCHECK_SEVERITY[textAt(comment, 'level') ?? ''] ?? 'minor',
        message: textAt(comment, 'message') ?? code,
        url: `https://www.shellcheck.net/wiki/${code}`,
        path: textAt(comment, 'file'),
        line: numberAt(comment, 'line'),
        cwe: [],
      };
    }),
  );
}

/** Reads `eslint --format json`. A file that cannot be parsed is not checked. */
export function readEslint(text: string): ToolReading | undefined {
  return readFileList(text, 'filePath', (message) => ({
    rule: textAt(message, 'ruleId'),
    severity: numberAt(message, 'severity') === 2 ? 'major' : 'minor',
    line: numberAt(message, 'line'),
    isFatal: memberAt(message, 'fatal') === true,
  }));
}

/** Reads `secretlint --format json`. */
export function readSecretlint(text: string): ToolReading | undefined {
  return readFileList(text, 'filePath', (message) => ({
    rule: textAt(message, 'ruleId')?.replace(/^@secretlint\/secretlint-rule-/, ''),
    severity: textAt(message, 'severity') === 'error' ? 'critical' : 'minor',
    line: numberAt(memberAt(memberAt(message, 'loc'), 'start'), 'line'),
    isFatal: false,
  }));
}

interface FileMessage {
  rule: string | undefined;
  severity: Severity;
  line: number | undefined;
  isFatal: boolean;
}

// A list of files, each with its messages.
function readFileList(
  text: string,
  pathKey: string,
  read: (message: Json) => FileMessage,
): ToolReading | undefined {
  const report = parseJson(text);
  if (
    !Array.isArray(report) ||
    report.some((file) => textAt(file, pathKey) === undefined || !Array.isArray(memberAt(file, 'messages')))
  )
    return undefined;
  const messages = report.flatMap((file) =>
    recordsAt(file, 'messages').map((message) => ({
      path: textAt(file, pathKey),
      words: textAt(message, 'message') ?? '',
      ...read(message),
    })),
  );
  const findings = messages.flatMap(({ path, words, rule, severity, line }): ToolFinding[] =>
    rule === undefined ? [] : [{ rule, severity, message: words || rule, path, line, cwe: [] }],
  );
  const unchecked = messages.filter(({ isFatal }) => isFatal).map(({ path, words }) => `${path}: ${words}`);
  const suppressed = report.reduce((sum, file) => sum + recordsAt(file, 'suppressedMessages').length, 0);
  return reading(findings, unchecked, suppressed);
}

/** Reads `actionlint -format '{{json .}}'`. */
export function readActionlint(text: string): ToolReading | undefined {
  // Without a fault it prints `null`.
  const report = /^\s*null\s*$/.test(text) ? [] : parseJson(text);
  if (!Array.isArray(report) || !report.every(isRecord)) return undefined;
  return reading(
    report.map((fault) => ({
      rule: textAt(fault, 'kind') ?? 'unnamed',
      severity: 'minor',
      message: textAt(fault, 'message') ?? 'a fault',
      path: textAt(fault, 'filepath'),
      line: numberAt(fault, 'line'),
      cwe: [],
    })),
  );
}
