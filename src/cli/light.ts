import { existsSync } from 'node:fs';
import { renderAction } from '../run/dispatch/action-text.ts';
import { locateRun } from '../run/ledger/locate.io.ts';
import { DEFAULT_PROJECT_CONFIG, projectConfigPath } from '../run/ledger/project-config.ts';
import type { RootChoice } from '../run/ledger/roots.io.ts';
import { sessionOf } from '../run/ledger/sessions.io.ts';
import { noteEmpty, renderVerification } from '../run/status/verification.ts';
import { openView } from '../run/status/view.io.ts';
import { askNext, type LazyEffects } from '../session/next/ask.io.ts';
import { isInAgent } from '../system/process/caller.ts';
import { accept } from '../system/result.ts';
import { renderEnvelope } from './envelope.ts';
import type { LightCall } from './light-call.ts';
import { print } from './print.ts';

/**
 * Answers a plain call on stdout without the libraries that read options and documents. Returns the exit code, or undefined if the full
 * command must answer: on errors and warnings. Events recorded until then stay, and the command continues from them.
 */
export function answerLightly(call: LightCall): 0 | 1 | undefined {
  const choice = { env: process.env, cwd: process.cwd() };
  try {
    return call.command === 'next' ? answerNext(call, choice) : answerVerify(call, choice);
  } catch {
    return undefined;
  }
}

function answerNext({ run, isJson }: LightCall, choice: RootChoice): 0 | undefined {
  // The full command refuses an agent's call.
  if (isInAgent(choice.env)) return undefined;
  const found = locateRun(run, choice);
  if (!found.ok || found.diagnostics.length > 0) return undefined;
  const action = askNext(found.value, {}, { env: choice.env, now: new Date(), ...LIGHT_EFFECTS });
  // The full command shows the work at a gate.
  if (action.gate !== undefined) return undefined;
  // The full command holds back an answer that a session was given before.
  if (action.action === 'wait' && sessionOf(choice.env) !== undefined) return undefined;
  print(isJson ? renderEnvelope({ ok: true, data: action, diagnostics: [] }) : `${renderAction(action)}\n`);
  return 0;
}

function answerVerify({ run, ids, isJson }: LightCall, choice: RootChoice): 0 | 1 | undefined {
  const view = openView(run, { ids }, choice, () => new Date());
  if (!view.ok || view.diagnostics.length > 0) return undefined;
  const data = view.value.verify(isJson ? 'counts' : 'verdicts');
  if (noteEmpty(data).length > 0) return undefined;
  const { complete } = data;
  print(isJson ? renderEnvelope({ ok: complete, data, diagnostics: [] }) : `${renderVerification(data)}\n`);
  return complete ? 0 : 1;
}

class NeedsFullCommand extends Error {}

/** Effects that would load many modules: instead, the full command takes over. */
const LIGHT_EFFECTS: LazyEffects = {
  readConfig(project) {
    if (existsSync(projectConfigPath(project))) throw new NeedsFullCommand('the project has a configuration');
    return accept(DEFAULT_PROJECT_CONFIG);
  },
  proveConfirmation() {
    throw new NeedsFullCommand('a plan is to be confirmed');
  },
  finishRun() {
    throw new NeedsFullCommand('a report is to be written');
  },
  writeWorkflow() {
    throw new NeedsFullCommand('a script is to be compiled');
  },
};
