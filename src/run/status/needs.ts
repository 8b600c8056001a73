import { countOf } from '../../findings/words.ts';
import type { ApprovalPolicy } from '../../system/approval/record.ts';
import type { Action } from '../dispatch/action.ts';
import { gapsOf, type Snapshot } from '../dispatch/standing.ts';
import { commandsHash, commandsOf } from '../plan/approve.ts';

export type NeedKind = 'project' | 'plan' | 'commands' | 'gate' | 'question' | 'halt' | 'gaps' | 'limit';

/** Something that only a human, or time, can settle. */
export interface Need {
  kind: NeedKind;
  text: string;
  /** The command that answers it. */
  command?: string;
  /** When it ends by itself: ISO 8601, UTC. */
  until?: string;
}

/** Maximum number of gaps that are named. */
const NAMED = 5;

/**
 * Lists what a run needs from a human, the most urgent first: nothing else of it can go on without the first ones. `action`: the run's next action, so that
 * this list and `sao next` never disagree. `policy`: what the user demands of approvals. Pure.
 */
export function listNeeds(snapshot: Snapshot, action: Action, policy?: ApprovalPolicy): Need[] {
  return [...needsOfAction(snapshot, action, policy), ...needsOfLimits(snapshot), ...needsOfGaps(snapshot)];
}

/** What a human has to settle first where the project of a run is not at its place. Pure. */
export function needMissingProject({ id, mode, project }: Snapshot['manifest']): Need {
  const text = `the project is not at ${project}: move it back there`;
  return mode === 'build'
    ? {
        kind: 'project',
        text: `${text}, or continue where its repository is now`,
        command: `sao build --resume ${id} --project NEW_PATH`,
      }
    : { kind: 'project', text };
}

function needsOfAction(
  { manifest, plan, state }: Snapshot,
  { action, gate, command, message = '' }: Action,
  policy: ApprovalPolicy | undefined,
): Need[] {
  const { id: run } = manifest;
  switch (action) {
    case 'confirm':
      return [
        policy === 'signed'
          ? {
              kind: 'plan',
              text: 'the plan waits for your signature',
              command: `sao approvals sign plan ${run}`,
            }
          : {
              kind: 'plan',
              text: 'the plan waits for your confirmation',
              command: `sao next ${run} --confirm`,
            },
      ];
    case 'run':
      return plan && commandsOf(plan).length > 0 && state.approvedCommands !== commandsHash(plan)
        ? [
            {
              kind: 'commands',
              text: `${countOf(commandsOf(plan).length, 'command')} of the plan wait for your approval`,
              command: `sao run ${run} --commands`,
            },
          ]
        : [];
    case 'ask':
      return gate === undefined
        ? [{ kind: 'question', text: firstLine(message), ...(command === undefined ? {} : { command }) }]
        : [
            {
              kind: 'gate',
              text: `gate ${gate} waits for your decision`,
              command: `sao gate show ${gate} ${run}`,
            },
          ];
    case 'halted':
      return [{ kind: 'halt', text: firstLine(message), ...(command === undefined ? {} : { command }) }];
    default:
      return [];
  }
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

function needsOfLimits({ state, now }: Snapshot): Need[] {
  return [...state.service.holds]
    .filter(([, { kind, until }]) => kind === 'usage' && until > now)
    .map(([model, { until }]) => ({
      kind: 'limit',
      text: `the service's limit is used up${model === 'all' ? '' : ` for ${model}`}`,
      until: new Date(until).toISOString(),
    }));
}

/** Gaps of a build become fix cycles or questions of its stages. */
function needsOfGaps(snapshot: Snapshot): Need[] {
  const { id: run, mode } = snapshot.manifest;
  const gaps =
    mode === 'build'
      ? []
      : gapsOf(snapshot).filter(({ id }) => snapshot.state.agents.get(id)?.gap?.by !== 'user');
  const [first] = gaps;
  if (!first) return [];
  const names = gaps.slice(0, NAMED).map(({ id }) => id);
  const more = gaps.length > NAMED ? ` and ${gaps.length - NAMED} more` : '';
  return [
    {
      kind: 'gaps',
      text: `${countOf(gaps.length, 'gap')}: ${names.join(', ')}${more}`,
      command: `sao retry ${run} ${first.id}`,
    },
  ];
}
