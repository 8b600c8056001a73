import type { Severity } from '../../findings/finding.ts';
import { isRecord, type Json, parseJson } from '../manifests/json.ts';
import { memberAt, numberAt, recordsAt, textAt } from './json-values.ts';
import { resolveUri } from './sarif-place.ts';
import type { ToolFinding, ToolReading } from './tool.ts';

/**
 * Reads a report in the format SARIF 2.1.0 of any tool. Returns undefined if the text is no such report. Results that are suppressed, absent or no
 * faults are left out.
 */
export function readSarif(text: string): ToolReading | undefined {
  const document = parseJson(text.replace(/^\ufeff/, ''));
  if (!isRecord(document) || !Array.isArray(document.runs)) return undefined;
  const runs = document.runs.filter(isRecord);
  if (runs.length === 0 || runs.some((run) => !isRecord(memberAt(memberAt(run, 'tool'), 'driver'))))
    return undefined;
  const readings = runs.map(readRun);
  return {
    findings: readings.flatMap(({ findings }) => findings),
    unchecked: readings.flatMap(({ unchecked }) => unchecked),
    suppressed: readings.reduce((sum, { suppressed }) => sum + suppressed, 0),
    version: readings.map(({ version }) => version).find((version) => version !== undefined),
  };
}

function readRun(run: Json): ToolReading {
  const driver = memberAt(memberAt(run, 'tool'), 'driver');
  const faults = recordsAt(run, 'results').filter(isFault);
  const shown = faults.filter((result) => !isSuppressed(result));
  return {
    findings: shown.map((result) => readResult(result, run)),
    unchecked: readFailures(run),
    suppressed: faults.length - shown.length,
    version: textAt(driver, 'semanticVersion') ?? textAt(driver, 'version'),
  };
}

function isFault(result: Json): boolean {
  const kind = textAt(result, 'kind') ?? 'fail';
  return (
    (kind === 'fail' || kind === 'open' || kind === 'review') && textAt(result, 'baselineState') !== 'absent'
  );
}

// A suppression that is under review or rejected does not count.
function isSuppressed(result: Json): boolean {
  const marks = recordsAt(result, 'suppressions');
  return marks.length > 0 && marks.every((mark) => (textAt(mark, 'status') ?? 'accepted') === 'accepted');
}

function readResult(result: Json, run: Json): ToolFinding {
  const rule = findRule(result, run);
  const id =
    textAt(result, 'ruleId') ?? textAt(memberAt(result, 'rule'), 'id') ?? textAt(rule, 'id') ?? 'unnamed';
  const description =
    readMessage(memberAt(rule, 'fullDescription')) ?? readMessage(memberAt(rule, 'shortDescription'));
  const message = readMessage(memberAt(result, 'message'), rule) ?? description ?? id;
  return {
    rule: id,
    severity: rateResult(result, rule),
    message,
    description: description === message ? undefined : description,
    url: textAt(rule, 'helpUri'),
    ...readPlaceOf(result, run),
    cwe: readWeaknesses(result, rule),
  };
}

// By index or by id, in the tool itself or in one of its extensions.
function findRule(result: Json, run: Json): Json | undefined {
  const tool = memberAt(run, 'tool');
  const reference = memberAt(result, 'rule');
  const extensions = recordsAt(tool, 'extensions');
  const component = numberAt(memberAt(reference, 'toolComponent'), 'index');
  const owner = component === undefined ? memberAt(tool, 'driver') : extensions[component];
  const index = numberAt(result, 'ruleIndex') ?? numberAt(reference, 'index');
  const byIndex = index === undefined || index < 0 ? undefined : recordsAt(owner, 'rules')[index];
  if (byIndex) return byIndex;
  const id = textAt(result, 'ruleId') ?? textAt(reference, 'id');
  return [memberAt(tool, 'driver'), ...extensions]
    .flatMap((each) => recordsAt(each, 'rules'))
    .find((rule) => rule.id === id);
}

// By the score of the rule where there is one; GitHub reads it in the same way.
function rateResult(result: Json, rule: Json | undefined): Severity {
  const score = Number(memberAt(memberAt(rule, 'properties'), 'security-severity') ?? Number.NaN);
  if (score >= 9) return 'critical';
  if (score > 0) return score >= 7 ? 'major' : 'minor';
  const level =
    textAt(result, 'level') ?? textAt(memberAt(rule, 'defaultConfiguration'), 'level') ?? 'warning';
  return level === 'error' ? 'major' : 'minor';
}

/** The text of a message: itself, or that of the rule that it names, with its arguments. */
function readMessage(message: unknown, rule?: Json): string | undefined {
  const id = textAt(message, 'id');
  const named = id === undefined ? undefined : memberAt(memberAt(rule, 'messageStrings'), id);
  const text = textAt(message, 'text') ?? textAt(named, 'text') ?? textAt(message, 'markdown');
  const given = memberAt(message, 'arguments');
  const values = Array.isArray(given) ? given.map(String) : [];
  return text
    ?.replace(/\{(\d{1,2})\}/g, (whole, position: string) => values[Number(position)] ?? whole)
    .replace(/\[((?:[^[\]\\]|\\.){1,300})\]\([^()\s]{1,300}\)/g, '$1')
    .replace(/\\([\\[\]])/g, '$1');
}

function readPlaceOf(result: Json, run: Json): Pick<ToolFinding, 'path' | 'line'> {
  const [location] = recordsAt(result, 'locations');
  const place = memberAt(location, 'physicalLocation');
  const path = resolveUri(memberAt(place, 'artifactLocation'), run);
  const line = numberAt(memberAt(place, 'region'), 'startLine');
  return { path, line: path !== undefined && line !== undefined && line > 0 ? line : undefined };
}

// In the tags of the rule (`CWE-78`, `external/cwe/cwe-078`), its relations, the taxa of the result, or properties named `cwe`.
function readWeaknesses(result: Json, rule: Json | undefined): number[] {
  const related = recordsAt(rule, 'relationships').map((relation) =>
    textAt(memberAt(relation, 'target'), 'id'),
  );
  const taxa = recordsAt(result, 'taxa').map((taxon) =>
    isWeakness(taxon) ? `cwe-${textAt(taxon, 'id')}` : undefined,
  );
  const bags = [memberAt(rule, 'properties'), memberAt(result, 'properties')];
  const tags = bags.flatMap((bag) => [memberAt(bag, 'tags'), memberAt(bag, 'cwe')]).flat();
  const found = [...related, ...taxa, ...tags]
    .filter((tag) => typeof tag === 'string')
    .map((tag) => /\bcwe-0*(\d{1,4})\b/i.exec(tag)?.[1])
    .filter((number) => number !== undefined);
  return [...new Set(found.map(Number))];
}

const isWeakness = (taxon: Json) => /^cwe$/i.test(textAt(memberAt(taxon, 'toolComponent'), 'name') ?? '');

// Errors that the tool reports about itself and about files that it could not read.
function readFailures(run: Json): string[] {
  const invocations = recordsAt(run, 'invocations');
  const said = invocations.flatMap((each) => [
    ...recordsAt(each, 'toolExecutionNotifications'),
    ...recordsAt(each, 'toolConfigurationNotifications'),
  ]);
  const errors = said
    .filter((note) => textAt(note, 'level') === 'error')
    .map((note) => readMessage(memberAt(note, 'message')));
  const isFailed = invocations.some((each) => each.executionSuccessful === false);
  const texts = errors.filter((text) => text !== undefined);
  return isFailed && texts.length === 0 ? ['the tool reports that it did not end successfully'] : texts;
}
