import type { Finding, Severity } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import type { BuildEvent } from '../../run/ledger/build-events.ts';
import type { BuildState } from '../../run/ledger/build-state.ts';
import type { QcVerdict } from '../../run/ledger/verdict.ts';
import type { Diagnostic } from '../../system/result.ts';
import { describeFlakyTests, describeTests, testsPassed } from '../../workspace/tests/test-result.ts';
import type { BlueprintModule } from '../machine/blueprint.ts';
import type { ConformanceRow } from './conformance-table.ts';
import type { LockFault, ModuleEvidence, TestEvidence } from './evidence.ts';
import { failureReason, moduleFindings } from './judge-wording.ts';
import { isWorse, qcVerdictOf } from './qc-report.ts';

export interface ModuleJudgement {
  verdict: QcVerdict;
  /** What its builder has to fix, the worst first, the engine's own before the agent's. */
  findings: Finding[];
  /** Minor findings: they block nothing. */
  backlog: Finding[];
  /** Reasons of the verdict, one clause each; empty for a pass. */
  reasons: string[];
}

const LOCK_SEVERITY: Record<LockFault['level'], Severity> = {
  critical: 'critical',
  locked: 'major',
  unlocked: 'minor',
};
const SEVERITY_RANK: Record<Severity, number> = { critical: 0, major: 1, minor: 2 };

/**
 * Judges a module by the engine's evidence and the QC report. A failing report is accepted; a passing report must agree with its own
 * findings, its conformance table and the engine's tests. Pure.
 */
export function judgeModule(evidence: ModuleEvidence): ModuleJudgement {
  const { report } = evidence;
  const findings = [
    ...engineFindings(evidence),
    ...report.findings,
    ...report.conformance.flatMap((row) => brokenRowFindings(row, report.findings)),
  ].sort((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity]);
  const evidentVerdict = qcVerdictOf(findings);
  const verdict = isWorse(report.verdict, evidentVerdict) ? report.verdict : evidentVerdict;
  return {
    verdict,
    findings: findings.filter(({ severity }) => severity !== 'minor'),
    backlog: findings.filter(({ severity }) => severity === 'minor'),
    reasons: verdict === 'pass' ? [] : explainVerdict(evidence, verdict),
  };
}

function engineFindings(evidence: ModuleEvidence): Finding[] {
  const { report, tests, testEvidence, strays, nested, unpublished, hidden, denied, lockFaults, commit } =
    evidence;
  const isFalsePass = report.verdict === 'pass' && !testsPassed(tests);
  const failed = testsPassed(tests) ? [] : [moduleFindings.tests(describeTests(tests), isFalsePass)];
  const flaky = describeFlakyTests(tests);
  return [
    ...failed,
    ...testFindings(testEvidence, testsPassed(tests)),
    ...(flaky === undefined ? [] : [moduleFindings.flaky(flaky)]),
    ...strays.map(moduleFindings.stray),
    ...nested.map(moduleFindings.nested),
    ...unpublished.map(moduleFindings.unpublished),
    ...hidden.map(moduleFindings.hidden),
    ...denied.map(moduleFindings.denied),
    ...lockFaults.map((fault) => moduleFindings.lock(fault, lockSeverity(fault))),
    ...(commit === null ? [moduleFindings.noCommit()] : []),
    ...failedHook(evidence).map(({ name, end, tail, outputPath }) =>
      moduleFindings.hook(name, { end, output: plainText(tail.slice(-MAX_HOOK_CHARS)), log: outputPath }),
    ),
    ...brainFindings(evidence),
  ];
}

const MAX_HOOK_CHARS = 1500;

/** The hook that refuses the builder's commit; empty if there is none, or if it passes. */
function failedHook({
  hook,
}: ModuleEvidence): { name: string; end: string; tail: string; outputPath: string }[] {
  if (hook === undefined || testsPassed(hook)) return [];
  const { name, tail, outputPath } = hook;
  return [{ name, end: describeTests(hook), tail, outputPath }];
}

/** Tests that are gone, skipped or missing; and a passing command that ran no test, or fewer than before. */
function testFindings({ losses, missing, ...counted }: TestEvidence, isPass: boolean): Finding[] {
  return [
    ...losses.map(moduleFindings.testLoss),
    ...missing.map(moduleFindings.testMissing),
    ...(isPass ? countFindings(counted) : []),
  ];
}

function countFindings({ count, expected, hasTests }: Omit<TestEvidence, 'losses' | 'missing'>): Finding[] {
  const isNone = count === undefined ? !hasTests : count.run === 0;
  if (isNone) return [moduleFindings.noTestRan(count?.skipped ?? 0)];
  if (count === undefined)
    return expected !== undefined && expected > 0 ? [moduleFindings.uncounted(expected)] : [];
  const isFewer = expected !== undefined && count.run < expected;
  return isFewer ? [moduleFindings.fewerTests(count.run, expected)] : [];
}

/** Faults of a brain file's form: minor. All other faults block the merge. */
const BRAIN_FORM_CODES: readonly string[] = ['brain-missing', 'brain-section', 'brain-too-long'];
const isFormFault = ({ code }: Diagnostic) => BRAIN_FORM_CODES.includes(code);

function brainFindings({ brain: { path, faults } }: ModuleEvidence): Finding[] {
  const form = faults.filter(isFormFault);
  return [
    ...faults.filter((fault) => !isFormFault(fault)).map((fault) => moduleFindings.brainFault(path, fault)),
    ...(form.length > 0 ? [moduleFindings.brainForm(path, form)] : []),
  ];
}

// An untested lock is not a pass, but it is also not proven broken: it does not halt the build.
function lockSeverity({ level, untested, flaky }: LockFault): Severity {
  if (flaky) return 'minor';
  const severity = LOCK_SEVERITY[level];
  return untested && severity === 'critical' ? 'major' : severity;
}

const BROKEN_ROW_SEVERITY: Record<ConformanceRow['holds'], Severity | undefined> = {
  yes: undefined,
  'n/a': undefined,
  partly: 'minor',
  no: 'major',
};

// Add a finding for a broken row that the report's findings do not mention.
function brokenRowFindings(row: ConformanceRow, findings: readonly Finding[]): Finding[] {
  const severity = BROKEN_ROW_SEVERITY[row.holds];
  if (severity === undefined) return [];
  const isReported = findings.some(
    (finding) => SEVERITY_RANK[finding.severity] <= SEVERITY_RANK[severity] && describesRow(finding, row),
  );
  return isReported ? [] : [moduleFindings.broken(row, severity)];
}

function describesRow({ title, path, line, detail = '' }: Finding, { item, code }: ConformanceRow): boolean {
  const location = path === undefined ? '' : line === undefined ? path : `${path}:${line}`;
  const isSamePlace = line !== undefined && code.includes(location);
  return isSamePlace || plainText(`${title} ${detail}`).toLowerCase().includes(item.toLowerCase());
}

function explainVerdict(evidence: ModuleEvidence, verdict: QcVerdict): string[] {
  const { report, tests, testEvidence, strays, nested, unpublished, hidden, lockFaults, commit, brain } =
    evidence;
  const testFindingCount = testFindings(testEvidence, testsPassed(tests)).length;
  const verdictOfFindings = qcVerdictOf(report.findings);
  const brokenRowCount = report.conformance.filter(({ holds }) => holds === 'no').length;
  const bindingFaultCount = lockFaults.filter(({ level, flaky }) => level !== 'unlocked' && !flaky).length;
  return [
    ...(testsPassed(tests) ? [] : [failureReason.tests(describeTests(tests), report.verdict)]),
    ...(testFindingCount > 0 ? [failureReason.testEvidence(testFindingCount)] : []),
    ...(strays.length > 0 ? [failureReason.strays(strays)] : []),
    ...(nested.length > 0 ? [failureReason.nested(nested.length)] : []),
    ...(unpublished.length > 0 ? [failureReason.unpublished(unpublished.length)] : []),
    ...(hidden.length > 0 ? [failureReason.hidden(hidden.length)] : []),
    ...(bindingFaultCount > 0 ? [failureReason.locks(bindingFaultCount)] : []),
    ...(commit === null ? [failureReason.noCommit()] : []),
    ...failedHook(evidence).map(({ name, end }) => failureReason.hook(name, end)),
    ...(brain.faults.every(isFormFault) ? [] : [failureReason.brain()]),
    ...(isWorse(verdictOfFindings, report.verdict)
      ? [failureReason.milder(report.verdict, verdictOfFindings)]
      : []),
    ...(brokenRowCount > 0 ? [failureReason.broken(brokenRowCount)] : []),
    ...(report.verdict === verdict ? [failureReason.reported(verdict)] : []),
  ];
}

/** Maximum number of reasons and findings that are recorded for the builder. */
export const MAX_RECORDED_REASONS = 40;

/** The findings that are recorded for the builder; if some are left out, the last one says how many. */
export function limitFindings(findings: readonly Finding[]): Finding[] {
  const more = findings.length - MAX_RECORDED_REASONS;
  return more <= 0
    ? [...findings]
    : [...findings.slice(0, MAX_RECORDED_REASONS), moduleFindings.unlisted(more)];
}

/** Judges a module whose worktree is not on its branch; `reasons` say what was found. */
export function judgeWrongBranch(reasons: readonly string[]): ModuleJudgement {
  const findings = reasons.map((title) => ({ severity: 'major' as const, title }));
  return { verdict: 'fail-major', findings, backlog: [], reasons: [...reasons] };
}

/** Judges a module whose branch has commits that QC did not review, in these paths. */
export function judgeChangedBranch(paths: readonly string[]): ModuleJudgement {
  const shownPaths = paths.slice(0, MAX_RECORDED_REASONS).join(', ');
  const title = `The branch changed during the QC review: ${shownPaths}`;
  const detail = 'check these files, and commit before you report';
  return {
    verdict: 'fail-major',
    findings: [{ severity: 'major', title, detail }],
    backlog: [],
    reasons: [`${title}: these files were not reviewed`],
  };
}

type JudgedEvent = Extract<BuildEvent, { type: 'module-judged' }>;

/** Builds the event of the verdict on a module. */
export function buildModuleJudgedEvent(event: Omit<JudgedEvent, 'type'>): JudgedEvent {
  return { type: 'module-judged', ...event };
}

type Build = Pick<BuildState, 'checks' | 'modules'>;

/**
 * The number of tests that a module's test command has to run: that of its last cycle or, in its first cycle, that of the same command on the
 * scaffold. Other modules with this command that passed with fewer tests lower it: the contract allowed that. Undefined if it is unknown. Pure.
 */
export function expectedTests(
  { checks, modules }: Build,
  { name, testCommand }: BlueprintModule,
  all: readonly BlueprintModule[],
): number | undefined {
  const former = modules.get(name)?.tests;
  if (former !== undefined) return former.expected;
  const counts = checks.get('scaffold')?.counts ?? {};
  const onScaffold = Object.hasOwn(counts, testCommand) ? counts[testCommand] : undefined;
  if (onScaffold === undefined) return undefined;
  const others = all.filter((other) => other.name !== name && other.testCommand === testCommand);
  const passed = others.flatMap((other) => {
    const { judged, tests } = modules.get(other.name) ?? {};
    return judged?.verdict === 'pass' && tests?.run !== undefined ? [tests.run] : [];
  });
  return Math.min(onScaffold, ...passed);
}
