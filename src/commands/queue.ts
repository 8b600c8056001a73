import { BLOCKER_KINDS, DEFAULT_QUEUE_LIMITS, RELEASE_REASONS, ROLES } from '../queue/model/types.ts';
import { defineCommand } from './command.ts';
import { actionArgument } from './options.ts';
import { ACTIONS, type QueueData, type QueueHandler, type QueueInput, schema } from './queue-input.ts';
import { QUEUE_OPTION } from './queue-options.ts';

const LIMIT_DEFAULTS = Object.entries(DEFAULT_QUEUE_LIMITS)
  .map(([name, value]) => `${name} (default: ${value})`)
  .join(', ');

export const command = defineCommand<QueueInput, QueueData>({
  name: 'queue',
  example: 'sao queue check',
  arguments: [
    actionArgument(ACTIONS),
    {
      name: '[subject]',
      description:
        'renew, complete, release, block: name the claim by its token; claim: name a task; dispatch: name an idea; token: use create, list or revoke; guide: use leader or executor',
    },
    { name: '[id]', description: 'token: name the access token to revoke' },
  ],
  options: [
    QUEUE_OPTION,
    {
      flags: '--engine <place>',
      description:
        'init: use `files` on this machine (default), or postgres://USER@HOST/DATABASE for many machines',
    },
    {
      flags: '--limit <name=number...>',
      description: `init: set ${LIMIT_DEFAULTS}`,
    },
    {
      flags: '--resource <name=number...>',
      description: 'init: set the capacity of a resource that tasks use; 0 removes it',
    },
    { flags: '--guide <path...>', description: 'init: name documents of the repository for every handoff' },
    { flags: '--executor <name>', description: "claim: name the executor (default: this machine's name)" },
    { flags: '--team <id>', description: 'claim, check, token: use the tasks of this team only' },
    { flags: '--repo <list>', description: 'claim, check, token: use the tasks of these repositories only' },
    { flags: '--can <list>', description: 'claim: name what the executor can do, such as docker,gpu' },
    {
      flags: '--slots <n>',
      description: 'claim: set how many tasks the executor works on at once (default: 4)',
    },
    {
      flags: '--pid <n>',
      description: 'claim: end the claim when this process ends, without waiting for the lease',
    },
    { flags: '--commit <sha>', description: 'complete: name the pushed commit' },
    {
      flags: '--evidence <text>',
      description: 'complete: describe what proves the task, if there is no commit',
    },
    { flags: '--test-exit <n>', description: "complete: give the exit code of the task's test" },
    {
      flags: '--reason <reason>',
      description: 'release: give the reason; only failed and not-proved count as failed attempts',
      choices: RELEASE_REASONS,
    },
    { flags: '--note <text>', description: 'release: describe what happened, for the next attempt' },
    {
      flags: '--work-at <place>',
      description: 'release, block: name the branch or commit that keeps the work',
    },
    { flags: '--kind <kind>', description: 'block: give the kind of the blocker', choices: BLOCKER_KINDS },
    { flags: '--question <text>', description: 'block: give the question' },
    { flags: '--for <who>', description: 'block: name who answers', choices: ['leader', 'human'] },
    { flags: '--phase <id>', description: 'dispatch: use the tasks of this phase only' },
    { flags: '--role <role>', description: 'token: give this role', choices: ROLES },
    { flags: '--days <n>', description: 'token: stop accepting it after this number of days (default: 30)' },
  ],
  details: `A claim is a lease: renew it before it ends (\`sao queue active\` shows when), or another executor takes the task. Only the token that
\`sao queue claim\` prints settles the task; once another attempt has begun, it is refused.
Exit codes: 0 success; 1 claim, check: nothing can be claimed, dead: there are dead or stuck tasks; 2 refused, or wrong input; 3 the queue cannot be reached,
which says nothing about its tasks; lint: 1 a decision in the queue's events counts as none, since no human is proved to have made it.`,
  schema,
  handler: async (input, context) => (await loadHandler(input.action))(input, context),
  render: ({ lines }) => lines.join('\n'),
});

async function loadHandler(action: QueueInput['action']): Promise<QueueHandler> {
  const setup = await import('./queue-setup.ts');
  const claims = await import('./queue-claims.ts');
  const views = await import('./queue-views.ts');
  const HANDLERS: Record<QueueInput['action'], QueueHandler> = {
    init: setup.initQueue,
    token: setup.manageTokens,
    guide: views.showGuide,
    dispatch: setup.dispatchTasks,
    claim: claims.claimTask,
    renew: claims.renewClaim,
    complete: claims.completeClaim,
    release: claims.releaseClaim,
    block: claims.blockClaim,
    check: views.checkQueue,
    active: views.listClaims,
    stats: views.showStats,
    dead: views.listDead,
    lint: views.lintQueue,
  };
  return HANDLERS[action];
}
