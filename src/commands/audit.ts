import { resolve } from 'node:path';
import { type Audited, type AuditOrder, auditProject } from '../audit/audit.io.ts';
import { auditCommit } from '../audit/audit-commit.io.ts';
import { readScope } from '../audit/audit-scope.io.ts';
import {
  type AuditTarget,
  type FoundSettings,
  findTarget,
  pathOfBaseline,
  readAuditSettings,
} from '../audit/audit-target.io.ts';
import { BASELINE_FILE } from '../audit/baseline.ts';
import { checkRuleNames } from '../audit/rules/rule-names.ts';
import { renderTools } from '../audit/tools/describe-tools.ts';
import { listTools } from '../audit/tools/list-tools.io.ts';
import { type ListedTool, readToolChoice } from '../audit/tools/select-tools.ts';
import { readTree } from '../source/tree.io.ts';
import { isEnvironmentOfModel } from '../system/process/caller.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type AuditAnswer, answerAudit, formatOfOutput, renderAudit } from './audit-answer.ts';
import { AUDIT_DETAILS, AUDIT_OPTIONS, type AuditInput, auditSchema } from './audit-options.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { rootChoice } from './options.ts';
import { readRunner } from './run.ts';

interface ToolList {
  tools: ListedTool[];
}

export const command = defineCommand<AuditInput, AuditAnswer | ToolList>({
  name: 'audit',
  example: 'sao audit . --fail-on major',
  arguments: [{ name: '[path]', description: 'audit this folder, or this one file (default: .)' }],
  options: AUDIT_OPTIONS,
  details: AUDIT_DETAILS,
  schema: auditSchema,
  async handler(input, context) {
    const conflict = findConflict(input, context);
    if (conflict) return conflict;
    const target = findTarget(context.cwd, input.path ?? '.');
    if (!target.ok) return target;
    if (input.listTools) return answerToolList(target.value.project, input.projectCode, context);
    const found = readAuditSettings(target.value.project);
    if (!found.ok) return found;
    const named = checkRuleNames(Object.keys(found.value.settings.rules));
    if (!named.ok) return named;
    const order = await orderAudit(input, target.value, found.value, context);
    if (!order.ok) return order;
    const around = input.quiet ? { ...context, note() {}, progress() {}, redraw() {} } : context;
    const audited = await auditWithBaseline(order.value, input, around);
    if (!audited.ok) return audited;
    const places = { ...found.value, cwd: context.cwd };
    return answerAudit(audited.value, audited.diagnostics, input, places);
  },
  render(data, { colour }) {
    return 'run' in data ? renderAudit(data, colour) : renderTools(data.tools);
  },
});

// Options that contradict each other, or that only a human may give.
function findConflict(input: AuditInput, { env }: Context): Result<never> | undefined {
  const { output, format, writeBaseline, changed, changedLines, baseline, baselineCommit } = input;
  const isPart = changed !== undefined || changedLines !== undefined;
  if (input.projectCode && isEnvironmentOfModel(env)) return refuseProjectCode();
  if (changed !== undefined && changedLines !== undefined) return rejectPair('--changed', '--changed-lines');
  if (baseline !== undefined && baselineCommit !== undefined)
    return rejectPair('--baseline', '--baseline-commit');
  if (writeBaseline !== undefined && isPart) return rejectPair('--write-baseline', '--changed');
  const chosen = output === undefined ? accept(undefined) : formatOfOutput(output, format);
  return chosen.ok ? undefined : chosen;
}

function rejectPair(one: string, other: string): Result<never> {
  return reject({
    code: 'usage',
    message: `${one} and ${other} cannot be used together`,
    target: one,
    fix: `leave out ${one} or ${other}`,
  });
}

async function orderAudit(
  input: AuditInput,
  target: AuditTarget,
  found: FoundSettings,
  context: Context,
): Promise<Result<AuditOrder>> {
  const drive = readRunner(input, context);
  if (!drive.ok) return drive;
  const { settings, timeouts } = found;
  const named = input.tools ?? [settings.tools].flat();
  const tools = readToolChoice(named, input.tools ? '--tools' : 'audit.tools of the configuration');
  if (!tools.ok) return tools;
  const scope = await readScope(target, found, {
    baseline: findBaseline(input, found, context.cwd),
    changed: readChanged(input),
  });
  if (!scope.ok) return scope;
  return accept({
    ...drive.value,
    path: target.project,
    only: input.only.length > 0 ? splitNames(input.only) : settings.only,
    skip: [...splitNames(input.skip), ...settings.skip],
    tools: tools.value,
    toolSettings: { allowsProjectCode: input.projectCode, timeout: settings.toolTimeout },
    timeouts,
    scope: scope.value,
  });
}

function findBaseline(input: AuditInput, found: FoundSettings, cwd: string): string | undefined {
  if (input.writeBaseline !== undefined || input.baselineCommit !== undefined) return undefined;
  if (input.baseline !== undefined) return resolve(cwd, input.baseline);
  return found.settings.baseline === undefined ? undefined : pathOfBaseline(found, BASELINE_FILE);
}

function readChanged({
  changed,
  changedLines,
}: AuditInput): { base: string; by: 'files' | 'lines' } | undefined {
  const given = changed ?? changedLines;
  if (given === undefined) return undefined;
  return { base: given === true ? 'HEAD' : given, by: changedLines === undefined ? 'files' : 'lines' };
}

async function auditWithBaseline(
  order: AuditOrder,
  input: AuditInput,
  context: Context,
): Promise<Result<Audited>> {
  const choice = rootChoice(input, context);
  if (input.baselineCommit === undefined) return auditProject(order, choice, context);
  const baseline = await auditCommit(input.baselineCommit, order, context);
  if (!baseline.ok) return baseline;
  return auditProject({ ...order, scope: { ...order.scope, baseline: baseline.value } }, choice, context);
}

/** `a,b c` as a list of names. */
function splitNames(words: readonly string[]): string[] {
  return words
    .flatMap((word) => word.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

async function answerToolList(
  project: string,
  allowsProjectCode: boolean,
  { env }: Context,
): Promise<Result<Answer<ToolList>>> {
  const tree = await readTree(project);
  if (!tree.ok) return tree;
  const place = { project: tree.value.root, env, allowsProjectCode };
  return accept({ data: { tools: await listTools(tree.value, place) } }, tree.diagnostics);
}

function refuseProjectCode(): Result<never> {
  return reject({
    code: 'audit-project-code-by-session',
    message: 'only a human or a CI job may let tools run code of the project, and a model made this call',
    target: '--project-code',
    fix: 'run it in a terminal of your own, or leave --project-code out',
  });
}
