import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { refreshPipelinePage } from '../pipeline/drive/refresh-page.io.ts';
import { restoreBuild } from '../pipeline/drive/restore.io.ts';
import { answerGate } from '../pipeline/gate/answer.io.ts';
import { gateStatus, parseGateStage } from '../pipeline/gate/gate.ts';
import { readGatePage } from '../pipeline/gate/page.io.ts';
import type { GatePage } from '../pipeline/gate/page.ts';
import { renderAnswer, renderGatePage } from '../pipeline/gate/page-text.ts';
import { readGateSubject } from '../pipeline/gate/subject.io.ts';
import type { GateStatus, GateSubject } from '../pipeline/gate/subject.ts';
import { GATE_STATUS_TEXT, gateFaults } from '../pipeline/gate/wording.ts';
import { readRunState } from '../run/ledger/run-state.io.ts';
import { HUMAN_GATES, type HumanGate } from '../run/ledger/stages.ts';
import { readManifest } from '../run/ledger/store.io.ts';
import { shortHash } from '../system/content-hash.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { actionArgument, findRun, oneOf, runsDirOption } from './options.ts';

const ACTIONS = ['list', 'show', 'approve', 'reject'] as const;

interface Gate {
  stage: HumanGate;
  standing: GateStatus | 'nothing';
  /** null: nothing to approve yet. */
  subject: GateSubject | null;
  approvedHash: string | null;
  rejections: number;
  /** What the last rejection asked for; null once the gate was approved. */
  rejectionNote: string | null;
  /** `show`, `approve` and `reject`: all that a human needs to decide. */
  page?: GatePage;
}

interface Data {
  run: string;
  action: (typeof ACTIONS)[number];
  gates: Gate[];
}

interface BuildPlace {
  dir: string;
  run: string;
}

export const command = defineCommand<
  {
    action: Data['action'];
    stage?: string | undefined;
    run?: string | undefined;
    note?: string | undefined;
    yes: boolean;
    sign?: boolean | undefined;
    signature?: string | undefined;
    runsDir?: string | undefined;
  },
  Data
>({
  name: 'gate',
  example: 'sao gate show architect',
  arguments: [
    actionArgument(ACTIONS),
    { name: '[stage]', description: 'name the stage: architect (1) or ship (6); not for list' },
    {
      name: '[run]',
      description: "name the run by id, unique prefix or path (default: the project's newest active run)",
    },
  ],
  options: [
    {
      flags: '--note <text>',
      description: 'add this note to the next prompt of the stage; required to reject',
    },
    { flags: '--yes', description: 'skip the question; only in a terminal of your own' },
    { flags: '--sign', description: 'give the approval with a signature of your key (see sao approvals)' },
    { flags: '--signature <file>', description: 'give the approval by this signed record' },
  ],
  details: `show prints all that the decision needs on one page: what speaks against it, the agents' own reports, locks, coverage of QC and audit, the
size of the change with the command that shows it, and what has moved outside of the build. \`--json\` has the same data, uncut.
An approval is bound to the hash of the work that is shown: if that work changes, the gate closes again.
reject architect asks first, if modules were already built for that architecture: the build goes back to stage 1.
Inside a session, the call becomes a question to the human; an agent cannot answer a gate.
Exit codes: 0 the gate is open or was answered, list: all are; 1 list, show: a gate is closed; 2 refused, or show, approve, reject: nothing to approve yet.`,
  schema: z.object({
    action: oneOf(ACTIONS),
    stage: z.string().optional(),
    run: z.string().optional(),
    note: z.string().optional(),
    yes: z.boolean().default(false),
    sign: z.boolean().optional(),
    signature: z.string().optional(),
    ...runsDirOption,
  }),
  async handler(input, context) {
    const { action } = input;
    // The only place after `list` is the run's.
    const [given, run] = action === 'list' ? [undefined, input.run ?? input.stage] : [input.stage, input.run];
    const stage = given === undefined ? undefined : parseGateStage(given);
    if (action !== 'list' && stage === undefined) return reject(gateFaults.stage(given));
    const place = findBuild({ run, runsDir: input.runsDir }, context);
    if (!place.ok) return place;
    const restored = await restoreBuild(place.value.dir);
    if (!restored.ok) return restored;
    const answer = await executeAction(place.value, { ...input, stage }, context);
    return answer.ok ? accept(answer.value, place.diagnostics) : answer;
  },
  render: ({ gates, action }) => gates.map((gate) => renderGate(gate, action)).join('\n'),
});

function findBuild(
  input: { run: string | undefined; runsDir: string | undefined },
  context: Context,
): Result<BuildPlace> {
  const found = findRun(input, context);
  if (!found.ok) return found;
  const manifest = readManifest(found.value.dir);
  if (!manifest.ok) return manifest;
  const { id, mode } = manifest.value;
  if (mode !== 'build') return reject(gateFaults.noBuild(id));
  return accept({ dir: found.value.dir, run: id }, found.diagnostics);
}

interface GateRequest {
  action: Data['action'];
  stage: HumanGate | undefined;
  note?: string | undefined;
  yes: boolean;
  sign?: boolean | undefined;
  signature?: string | undefined;
}

async function executeAction(
  place: BuildPlace,
  { action, stage, note, yes, sign, signature }: GateRequest,
  context: Context,
): Promise<Result<Answer<Data>>> {
  const { run } = place;
  if (action === 'list' || stage === undefined) {
    const gates = await Promise.all(HUMAN_GATES.map((each) => readGate(place, each)));
    const isClosed = gates.some(({ standing }) => standing !== 'open');
    return accept({ data: { run, action, gates }, exit: isClosed ? 1 : 0 });
  }
  if (action === 'show') {
    const gate = await readGate(place, stage);
    if (!gate.subject) return reject(gateFaults.nothing(run, stage));
    const shown = { ...gate, page: await readPage(place, gate.subject, context) };
    return accept({ data: { run, action, gates: [shown] }, exit: gate.standing === 'open' ? 0 : 1 });
  }
  const answered = await answerGate({ ...place, stage, action, note, yes, sign, signature }, context);
  if (!answered.ok) return answered;
  refreshPipelinePage(place.dir, context);
  const gate = await readGate(place, stage);
  const page = gate.subject === null ? {} : { page: await readPage(place, gate.subject, context) };
  return accept({ data: { run, action, gates: [{ ...gate, ...page }] } });
}

function readPage({ dir }: BuildPlace, subject: GateSubject, { env }: Context): Promise<GatePage> {
  return readGatePage(dir, subject, readRunState(dir), env);
}

async function readGate({ dir }: BuildPlace, stage: HumanGate): Promise<Gate> {
  const state = readRunState(dir);
  const subject = (await readGateSubject(dir, stage, state)) ?? null;
  const { approved = null, rejected, rejections = 0 } = state.gates.get(stage) ?? {};
  return {
    stage,
    standing: subject === null ? 'nothing' : gateStatus(state, stage, subject.hash),
    subject,
    approvedHash: approved,
    rejections,
    rejectionNote: rejected?.note ?? null,
  };
}

function renderGate({ stage, standing, subject, rejectionNote, page }: Gate, action: Data['action']): string {
  if (page) return action === 'show' ? renderGatePage(page) : renderAnswer(page);
  const head = `${stage.padEnd(10)}  ${GATE_STATUS_TEXT[standing]}${subject ? ` (${shortHash(subject.hash)})` : ''}`;
  const note = rejectionNote === null ? [] : [`  rejected: ${plainText(rejectionNote)}`];
  return [head, ...note].join('\n');
}
