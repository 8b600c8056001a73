import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import * as z from 'zod';
import { acceptPlan } from '../plan/accept.io.ts';
import { assemblePlan } from '../plan/assemble.ts';
import { describeModels } from '../plan/estimate.ts';
import { matchIn } from '../plan/globs.io.ts';
import { readPlan } from '../plan/read-plan.ts';
import { renderPlanTable } from '../plan/table.ts';
import { accept, type Result, reject } from '../result.ts';
import { coordinatorsOf, type Plan, workersOf } from '../run/manifest.ts';
import { readManifest } from '../run/store.io.ts';
import { type Context, defineCommand } from './command.ts';
import { ANY_RUN, findRun, runsDirOption } from './options.ts';

export const command = defineCommand({
  name: 'plan',
  summary: 'Check a plan, pack its waves and fill its prompts.',
  arguments: [ANY_RUN, { name: '[file]', description: 'the plan: a JSON file, or - for standard input' }],
  options: [],
  details: `A plan: {"version": 1, "domains": [{"id": "security", "workers": [
  {"task": "Find injection vectors", "scope": "src/http/**", "model": "opus"},
  {"each": "packages/*", "task": "Check {item} for unsafe defaults"},
  {"run": "npm audit --json", "task": "Known vulnerabilities"}]}]}
docs/plan-format.md has every key.`,
  schema: z.object({
    run: z.string().optional(),
    file: z.string().optional(),
    ...runsDirOption,
  }),
  async handler({ run, file, runsDir }, context) {
    const found = findRun({ run, runsDir }, context);
    if (!found.ok) return found;
    const manifest = readManifest(found.value.dir);
    if (!manifest.ok) return manifest;
    const text = await readPlanText(file ?? '-', context);
    if (!text.ok) return text;
    const input = readPlan(text.value);
    if (!input.ok) return input;
    const plan = assemblePlan(input.value, manifest.value, matchIn(manifest.value.project));
    if (!plan.ok) return plan;
    const accepted = acceptPlan(found.value.dir, manifest.value, plan.value, context.now());
    if (!accepted.ok) return accepted;
    const diagnostics = [...found.diagnostics, ...plan.diagnostics];
    return accept(
      {
        data: {
          run: basename(found.value.dir),
          dir: found.value.dir,
          ...describePlan(plan.value),
          estimate: accepted.value,
          plan: plan.value,
        },
      },
      diagnostics,
    );
  },
  render({ run, dir, plan, estimate }, view) {
    const summary = [
      `${run}: ${workersOf(plan).length} workers (${describeModels(plan)}) in ${plan.waves.length} waves, ${coordinatorsOf(plan).length} coordinators`,
      `about ${estimate.parentTokens} tokens for the conversation that dispatches; table: ${dir}/plan.md`,
      `next: sao next ${run}`,
    ].join('\n');
    return view.terminal ? `${renderPlanTable(plan, view.width)}\n\n${summary}` : summary;
  },
});

/** What other programs read of a plan. */
function describePlan(plan: Plan) {
  return {
    workers: workersOf(plan).map(({ id, domain, model, modelReason, wave, kind, output }) => ({
      id,
      domain,
      model,
      modelReason,
      wave,
      kind,
      output,
    })),
    coordinators: coordinatorsOf(plan).map(({ id, domain, inputs, output }) => ({
      id,
      domain,
      inputs,
      output,
    })),
    waves: plan.waves,
  };
}

async function readPlanText(file: string, context: Context): Promise<Result<string>> {
  if (file === '-') return accept(await context.readStdin());
  // A plan as the argument itself: a session's shell may not let a heredoc with JSON through.
  if (file.trimStart().startsWith('{')) return accept(file);
  const path = resolve(context.cwd, file);
  if (existsSync(path)) return accept(readFileSync(path, 'utf8'));
  return reject({
    code: 'plan-file-missing',
    message: `there is no file ${path}`,
    target: path,
    fix: 'name a JSON file, or - for standard input',
  });
}
