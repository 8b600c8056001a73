import { standingOf } from '../dispatch/standing.ts';
import { plainText } from '../report/plain-text.ts';
import type { CheckedStage } from '../run/build-events.ts';
import type { ModuleState } from '../run/build-state.ts';
import { STAGE_NUMBERS, STAGES, type Stage } from '../run/stages.ts';
import { countOf } from '../words.ts';
import { backlogBullets } from './backlog.ts';
import { latestOf } from './build-agents.ts';
import { decideBuild } from './decide.ts';
import type { BuildStep, BuildView } from './step.ts';

/** Where a stage stands, for people. */
export interface StageLine {
  stage: Stage;
  /** As people number it: `1b`. */
  number: string;
  state: 'done' | 'now' | 'later';
  detail: string;
}

/** The stages of a build, one line each. Pure. */
export function describeStages(view: BuildView, step: BuildStep = decideBuild(view)): StageLine[] {
  const current = stageOf(view, step);
  const at = current === undefined ? STAGES.length : STAGES.indexOf(current);
  return STAGES.map((stage, index) => ({
    stage,
    number: STAGE_NUMBERS[stage],
    state: index < at ? 'done' : index === at ? 'now' : 'later',
    detail: index <= at ? detailOf(view, stage, index === at ? step : undefined) : '',
  }));
}

/** The stage that a build is in; undefined once it is over. */
function stageOf({ snapshot, blueprint }: BuildView, step: BuildStep): Stage | undefined {
  const { build, gates, reported } = snapshot.state;
  if (reported) return undefined;
  if (build.shipped) return 'curate';
  const isOpen = (stage: CheckedStage) => build.checks.get(stage)?.ok === true;
  if (!isOpen('architect') || gates.get('architect')?.approved !== build.checks.get('architect')?.hash)
    return 'architect';
  if (!isOpen('bootstrap')) return 'bootstrap';
  if (!isOpen('scaffold')) return 'scaffold';
  const modules = (blueprint?.modules ?? []).map(({ name }) => build.modules.get(name));
  if (modules.some((module) => !hasPassed(module))) return 'build';
  if (modules.some((module) => module?.merged?.source !== module?.judged?.commit)) return 'assemble';
  const isHardened = build.harden.isOver && !build.harden.isStale && step.kind !== 'child';
  return isHardened ? 'ship' : 'harden';
}

function hasPassed(module: ModuleState | undefined): boolean {
  return module?.judged?.verdict === 'pass' && !module.blocked && module.hardening.length === 0;
}

function detailOf(view: BuildView, stage: Stage, step: BuildStep | undefined): string {
  const { build } = view.snapshot.state;
  if (step?.kind === 'gate') return `waits for a person: sao gate show ${step.stage}`;
  if (step?.kind === 'stuck' || step?.kind === 'halted') return step.reason;
  const modules = [...build.modules.values()];
  switch (stage) {
    case 'build':
      return `${modules.filter(hasPassed).length} of ${countOf(view.blueprint?.modules.length ?? 0, 'module')} passed QC`;
    case 'assemble':
      return `${modules.filter(({ merged }) => merged).length} of ${countOf(view.blueprint?.modules.length ?? 0, 'module')} merged`;
    case 'harden':
      return build.harden.findings
        ? `${build.harden.findings.critical} critical, ${build.harden.findings.major} major, ${build.harden.findings.minor} minor`
        : '';
    default:
      return [...(build.checks.get(stage)?.faults ?? []), ...(build.checks.get(stage)?.remarks ?? [])].join(
        '; ',
      );
  }
}

/** `pipeline.md`: where a build stands, what it is waiting for, and what it leaves for later. Pure. */
export function renderPipeline(view: BuildView, step: BuildStep = decideBuild(view)): string {
  const { manifest } = view.snapshot;
  const stages = describeStages(view, step).map(
    ({ number, stage, state, detail }) => `| ${number} | ${stage} | ${state} | ${cell(detail)} |`,
  );
  return [
    `# Build ${manifest.id}`,
    '',
    plainText(manifest.task, 400),
    '',
    '| stage | | | |',
    '| --- | --- | --- | --- |',
    ...stages,
    ...section('Modules', moduleLines(view)),
    ...section('Backlog', backlogBullets(view)),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
}

function moduleLines(view: BuildView): string[] {
  const { plan, state } = view.snapshot;
  return (view.blueprint?.modules ?? []).map(({ name }) => {
    const builder = latestOf(plan, 'builder', name);
    if (!builder) return `- ${name}: not begun`;
    const { judged, merged, blocked, failed } = state.build.modules.get(name) ?? {};
    const said = judged
      ? `${judged.verdict} at ${judged.commit.slice(0, 12)}`
      : standingOf(view.snapshot, builder);
    const more = [
      ...(blocked ? [`blocked by ${blocked.conflict}`] : []),
      ...(merged ? [`merged as ${merged.commit.slice(0, 12)}`] : []),
      ...(failed ? [`merge taken back (${failed.trouble.kind})`] : []),
      ...(judged?.reasons ?? []),
    ];
    return `- ${name} (${builder.id}): ${[said, ...more].map((text) => plainText(text, 300)).join('; ')}`;
  });
}

function cell(text: string): string {
  return plainText(text, 400).replaceAll('|', '\\|');
}
