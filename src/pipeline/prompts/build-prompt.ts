import { join } from 'node:path';
import { CONFLICT_FORM } from '../../contract/conflict.ts';
import { fenceData, plainText } from '../../findings/plain-text.ts';
import { forPrompt } from '../../memory/brains/brain.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { describeMergeTrouble } from '../../run/ledger/trouble.ts';
import { fillTemplate, type Template } from '../../run/prompt/template.ts';
import { qcReportForm } from '../qc/qc-form.ts';
import type { ChangeLog } from '../release/change-log.ts';
import type { BuildAddition, BuildFacts, ListedModule, PromptedRole } from './build-facts.ts';
import { listFaults, listFindings, listPaths, quoteText } from './build-text.ts';

/** The template of each role, below `templates/`. */
export const BUILD_TEMPLATES: Readonly<Record<PromptedRole, string>> = {
  architect: 'architect',
  trainer: 'training-generator',
  scaffold: 'scaffold',
  builder: 'builder',
  qc: 'qc',
  assembler: 'assembler',
  shipper: 'shipper',
  curator: 'curator',
};

type TemplateValues = Record<string, string>;

/** Writes the prompt of a build's agent. Only this module fills these templates. */
export function writeBuildPrompt(agent: PlannedAgent, facts: BuildFacts, template: Template): string {
  return fillTemplate(template, templateValues(agent, facts));
}

/** The value of each variable of the role's template. */
export function templateValues(agent: PlannedAgent, facts: BuildFacts): TemplateValues {
  const worktree = agent.tree ?? facts.place.project;
  const output = join(facts.place.dir, agent.output);
  const commonValues = { project_root: facts.place.project, brain: quoteBrain(facts.brain) };
  if (facts.role === 'qc') return { ...commonValues, ...qcValues(facts, { worktree, output }) };
  return { ...commonValues, worktree, output_file_path: output, ...roleValues(agent, facts) };
}

function quoteBrain(brain: string | null): string {
  return brain === null || brain.trim() === '' ? 'None yet.' : forPrompt(brain, 'brain');
}

type FactsForRole<Role extends PromptedRole> = Extract<BuildFacts, { role: Role }>;

function roleValues(agent: PlannedAgent, facts: Exclude<BuildFacts, { role: 'qc' }>): TemplateValues {
  switch (facts.role) {
    case 'architect':
      return {
        project_description: fenceData('description', facts.description),
        existing_codebase_summary_or_none:
          facts.codebase === null ? 'None.' : `\n\n${fenceData('codebase', facts.codebase)}`,
      };
    case 'trainer':
      return trainerValues(facts);
    case 'scaffold':
      return {
        module_list: listModules(facts.modules),
        shared_paths: listPaths(facts.sharedPaths),
        test_command: plainText(facts.testCommand),
        contract_summary: quoteText('contracts', facts.contractSummary),
      };
    case 'builder':
      return builderValues(agent, facts);
    case 'assembler':
      return assemblerValues(facts);
    case 'shipper':
      return {
        integration_branch_name: facts.integrationBranch,
        base_branch: facts.base,
        base_commit: facts.baseCommit,
        module_list: listModules(facts.modules),
        open_findings: listFindings(facts.backlog),
        contract_summary: quoteText('contracts', facts.contractSummary),
      };
    case 'curator':
      return curatorValues(facts);
  }
}

function trainerValues(facts: FactsForRole<'trainer'>): TemplateValues {
  return {
    project_name: plainText(facts.projectName),
    source_file_list: listLines(facts.sources),
    training_output_path: facts.trainingPath,
    start_pair_id: String(facts.startPairId),
    least_pairs: String(facts.leastPairs),
    source_timestamp: facts.now,
  };
}

const BUILDER_TOOLS = 'Read, Write, Edit, Bash, Glob, Grep';

function builderValues(agent: PlannedAgent, facts: FactsForRole<'builder'>): TemplateValues {
  return {
    module_name: facts.module.name,
    module_description: quoteText('description', facts.module.description),
    module_paths: listPaths(facts.module.paths),
    shared_paths: listPaths(facts.sharedPaths),
    branch: facts.branch,
    base_commit: facts.baseCommit,
    test_command: plainText(facts.testCommand),
    allowed_tools: agent.tools?.join(', ') ?? BUILDER_TOOLS,
    qc_report_path: facts.qcReportPath,
    training_output_path: facts.trainingPath,
    brain_path: facts.brainPath,
    conflict_form: CONFLICT_FORM,
    contract_summary: quoteText('contracts', facts.contractSummary),
  };
}

function qcValues(
  facts: FactsForRole<'qc'>,
  locations: { worktree: string; output: string },
): TemplateValues {
  return {
    module_name: facts.module.name,
    module_description: plainText(facts.module.description),
    module_code_path: locations.worktree,
    module_paths: listPaths(facts.module.paths),
    branch: facts.branch,
    base_commit: facts.baseCommit,
    test_command: plainText(facts.testCommand),
    contract_summary: quoteText('contracts', facts.contractSummary),
    fix_findings_or_none: listFindings(facts.fixFindings),
    denied_tools_or_none: facts.deniedTools.map((tool) => plainText(tool, 200)).join(', ') || 'none',
    qc_form: qcReportForm(facts.module.name),
    qc_report_path: locations.output,
  };
}

function assemblerValues(facts: FactsForRole<'assembler'>): TemplateValues {
  const order = facts.order.map(
    ({ module, branch, state }, index) => `${index + 1}. ${module} — ${branch} — ${plainText(state)}`,
  );
  return {
    module_name: facts.module,
    branch: facts.branch,
    integration_branch_name: facts.integrationBranch,
    base_commit: facts.integrationCommit,
    conflict_list: describeMergeTrouble(facts.trouble),
    ordered_module_list_with_branches: order.join('\n'),
    integration_test_command: plainText(facts.integrationTestCommand),
    qc_dir: facts.qcDir,
    assembly_report_path: facts.assemblyReportPath,
    contract_summary: quoteText('contracts', facts.contractSummary),
  };
}

function curatorValues(facts: FactsForRole<'curator'>): TemplateValues {
  return {
    brain_file_list: listLines(facts.brainPaths),
    missing_brain_list: listLines(facts.missingBrainPaths),
    session_file_list: listLines(facts.sessionPaths),
    training_file_list: listLines(facts.trainingPaths),
    training_output_path: facts.trainingPath,
    start_pair_id: String(facts.startPairId),
    source_timestamp: facts.now,
    ship_timestamp: facts.shipped,
    contradiction_list: listLines(facts.contradictions.map((line) => plainText(line, 400))),
  };
}

function listModules(modules: readonly ListedModule[]): string {
  return modules
    .map(({ name, description, paths }) => `- ${name} (${listPaths(paths)}): ${plainText(description, 600)}`)
    .join('\n');
}

function listLines(lines: readonly string[]): string {
  return lines.length === 0 ? '- none' : lines.map((line) => `- ${plainText(line)}`).join('\n');
}

/** Adds to a filled prompt why its work is done once more. */
export function addToBuildPrompt(
  prompt: string,
  addition: BuildAddition,
  load: (name: string) => Template,
): string {
  return prompt + fillTemplate(load(additionTemplate(addition)), additionValues(addition));
}

/** The template of an addition, below `templates/`. */
export function additionTemplate(addition: BuildAddition): string {
  if (addition.kind === 'second-try') return `second-try/${addition.role}`;
  if (addition.kind === 'change-log') return `change-log/${changeLogTemplate(addition.log)}`;
  return `additions/${addition.kind}`;
}

function changeLogTemplate(log: ChangeLog): string {
  if (log.kind === 'fragments') return log.tool;
  return log.isNew ? 'new-file' : 'file';
}

/** The value of each variable of an addition. */
export function additionValues(addition: BuildAddition): TemplateValues {
  switch (addition.kind) {
    case 'brain':
      return { brain_path: addition.path };
    case 'second-try':
      return {
        cycle: String(addition.cycle),
        fault_list: listFaults(addition.faults),
        report_list: listPaths(addition.reports),
      };
    case 'hooks-run':
    case 'hooks-skip':
      return {
        hook_list: addition.hooks.map(({ name, path }) => `${name} (\`${plainText(path)}\`)`).join(', '),
      };
    case 'ports':
      return { port_count: String(addition.count) };
    case 'change-log':
      return addition.log.kind === 'file'
        ? { path: plainText(addition.log.path) }
        : { folder: plainText(addition.log.folder) };
    case 'recalls':
      return { recall_blocks: addition.blocks, left_out: addition.leftOut };
    case 'session-summary':
      return {};
    case 'archive-candidates':
      return { candidate_list: listLines(addition.lines) };
    case 'fix':
      return { fix_findings: listFindings(addition.findings) };
    case 'rejected':
      return { rejection_note: fenceData('note', addition.note) };
    case 'resolved':
      return {
        conflict: plainText(addition.conflict, 120),
        resolution_note: fenceData('note', addition.note),
        integration_commit: addition.integrationCommit,
        integration_branch_name: addition.integrationBranch,
        branch: addition.branch,
      };
    case 'merge-conflict':
      return {
        integration_commit: addition.integrationCommit,
        integration_branch_name: addition.integrationBranch,
        branch: addition.branch,
        module_paths: listPaths(addition.paths),
        conflict_list: describeMergeTrouble(addition.trouble),
        explanation: quoteText('explanation', addition.explanation),
      };
  }
}
