import { join } from 'node:path';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { ExpectedError, fault } from '../../system/result.ts';
import type { Plan, PlannedAgent } from '../ledger/manifest.ts';
import { hashText } from '../ledger/store.io.ts';
import { loadTemplate } from '../prompt/templates.io.ts';
import {
  completePrompt,
  indexById,
  templateOf,
  writeDispatcherPrompt,
  writePrompt,
} from '../prompt/write-prompt.ts';
import { gapsOf, isDispatcher, type Snapshot, stateOf } from './standing.ts';
import { missingPrompt } from './wording.ts';

/** The complete prompt of an agent for one attempt: the filled template and the parts that depend on earlier results. */
export function promptFor(snapshot: Snapshot, plan: Plan, agent: PlannedAgent, attempt: number): string {
  const fault = stateOf(snapshot, agent.id).last?.fault;
  const late = {
    role: agent.role,
    attempt,
    gaps: gapsOf(snapshot, [...agent.inputs, ...agent.after]),
    ...(fault === undefined ? {} : { fault }),
  };
  return completePrompt(filledPrompt(snapshot, plan, agent), late, loadTemplate);
}

// Prompt files are not synced to disk, so one may be empty after a crash of the machine. It is then filled again, as is one that is not what the
// plan was accepted with. Only the build's engine can fill the prompts of a build's roles.
function filledPrompt(snapshot: Snapshot, plan: Plan, agent: PlannedAgent): string {
  if (isDispatcher(plan, snapshot.state, agent)) {
    const place = { dir: snapshot.dir, run: snapshot.manifest.id };
    return writeDispatcherPrompt(agent, plan, place, loadTemplate('domain-coordinator'));
  }
  const path = join(snapshot.dir, 'prompts', `${agent.id}.md`);
  const text = readWithoutLink(path) ?? '';
  if (text !== '' && (agent.promptHash === undefined || hashText(text) === agent.promptHash)) return text;
  if (agent.role !== 'worker' && agent.role !== 'coordinator')
    throw new ExpectedError(fault(missingPrompt(snapshot.manifest.id, agent.id, path)));
  return writePrompt(
    agent,
    plan,
    indexById(plan),
    { dir: snapshot.dir, project: snapshot.manifest.project },
    loadTemplate(templateOf(agent)),
  );
}
