import { hostname } from 'node:os';
import { plainText } from '../findings/plain-text.ts';
import { type ClaimObstacle, type ClaimRequest, decideClaim } from '../queue/decide/claim.ts';
import {
  decideBlock,
  decideComplete,
  decideRelease,
  decideRenew,
  type Settled,
} from '../queue/decide/settle.ts';
import type { QueueDecision, QueueView } from '../queue/decide/view.ts';
import type { Token } from '../queue/model/types.ts';
import { isToken } from '../queue/model/types.ts';
import { queueProblems } from '../queue/wording.ts';
import { isName, NAME_RULE } from '../run/ledger/names.ts';
import { identifyProcess } from '../system/process/identity.ts';
import { accept, type Result, reject } from '../system/result.ts';
import type { Answer, Context } from './command.ts';
import type { QueueData, QueueHandler, QueueInput } from './queue-input.ts';
import { executorName, withQueue } from './queue-options.ts';

const OBSTACLE_TEXT: Readonly<Record<ClaimObstacle, string>> = {
  team: 'belong to another team',
  repository: 'are in another repository',
  needs: 'need something that this executor cannot do (--can)',
  environment: 'need environment variables that are not set here',
  'team-limit': 'wait because their team is at its limit',
  'repository-limit': 'wait because their repository is at its limit',
  resource: 'wait for a resource that is in use or has no capacity',
  'not-approved': 'are not as a human approved them (sao queue lint)',
};

/** Describes why ready tasks cannot be claimed now, one line each. */
export function describeObstacles(obstacles: Partial<Record<ClaimObstacle, number>>): string[] {
  return Object.entries(obstacles).map(
    ([obstacle, count]) => `${count} ready tasks ${OBSTACLE_TEXT[obstacle as ClaimObstacle]}`,
  );
}

export function readClaimRequest(
  { executor = executorName(), slots, can, team, repo, subject, pid }: QueueInput,
  { env }: Context,
): Result<ClaimRequest> {
  if (!isName(executor)) return reject(queueProblems.badName('--executor', executor, NAME_RULE));
  const holder = pid === undefined ? undefined : identifyProcess(pid);
  if (pid !== undefined && holder === undefined) return reject(queueProblems.noProcess(pid));
  return accept({
    executor: { id: executor, host: hostname(), slots, can, team, version: '1' },
    env: Object.keys(env),
    repos: repo,
    task: subject,
    process: holder,
  });
}

export const claimTask: QueueHandler = async (input, context) => {
  const request = readClaimRequest(input, context);
  if (!request.ok) return request;
  return withQueue<Answer<QueueData>>(input, context, async ({ call }) => {
    const claimed = await call.decide((view) => decideClaim(view, request.value));
    if (!claimed.ok) return claimed;
    const { task, token, attempt, until, obstacles } = claimed.value;
    if (!task) {
      const lines = ['nothing to claim', ...describeObstacles(obstacles)];
      return accept({ data: { action: 'claim', lines, task: null, obstacles }, exit: 1 });
    }
    const { id, title, repo, branch } = task.spec;
    const lines = [
      `claimed: ${id}, attempt ${attempt}: ${plainText(title)}`,
      `token: ${token}`,
      `where: ${plainText(repo)}, branch ${plainText(branch)}`,
      `lease: until ${new Date(until).toISOString()}; renew it with \`sao queue renew ${token}\``,
      `handoff: sao task handoff ${id}`,
    ];
    return accept({ data: { action: 'claim', lines, task: task.spec, token, attempt, until } });
  });
};

export const renewClaim: QueueHandler = async (input, context) =>
  withToken(input, async (token) =>
    withQueue(input, context, async ({ call }) => {
      const renewed = await call.renew(token, (view) => decideRenew(view, token));
      if (!renewed.ok) return renewed;
      const { task, until } = renewed.value;
      const lines = [`renewed: ${task} until ${new Date(until).toISOString()}`];
      return accept({ data: { action: 'renew', lines, task, until } });
    }),
  );

export const completeClaim: QueueHandler = (input, context) => {
  const { commit, evidence, testExit } = input;
  const proof = { commit, text: evidence, ...(testExit !== undefined && { testExit }) };
  return settle(input, context, (view, token) => decideComplete(view, token, proof));
};

export const releaseClaim: QueueHandler = async (input, context) => {
  const { reason, note, workAt } = input;
  if (reason === undefined) return reject(queueProblems.reasonMissing('release'));
  return settle(input, context, (view, token) => decideRelease(view, token, { reason, note, workAt }));
};

export const blockClaim: QueueHandler = (input, context) => {
  const { kind, question, workAt } = input;
  return settle(input, context, (view, token) =>
    decideBlock(view, token, { kind, question, for: input.for, workAt }),
  );
};

function settle(
  input: QueueInput,
  context: Context,
  decide: (view: QueueView, token: Token) => Result<QueueDecision<Settled>>,
): Promise<Result<Answer<QueueData>>> {
  return withToken(input, (token) =>
    withQueue(input, context, async ({ call }) => {
      const settled = await call.decide((view) => decide(view, token));
      if (!settled.ok) return settled;
      const { task, state, isLate, unblocked, blocker } = settled.value;
      const lines = [`${task}: ${state}${isLate ? ', late: its lease was over' : ''}`];
      if (blocker !== undefined) lines.push(`blocker: ${blocker}`);
      if (unblocked.length > 0) lines.push(`ready now: ${unblocked.slice(0, 20).join(', ')}`);
      return accept({ data: { action: input.action, lines, ...settled.value } });
    }),
  );
}

async function withToken(
  { subject, action }: QueueInput,
  work: (token: Token) => Promise<Result<Answer<QueueData>>>,
): Promise<Result<Answer<QueueData>>> {
  if (subject === undefined)
    return reject(queueProblems.argumentMissing("the claim's token", `sao queue ${action} TOKEN`));
  return isToken(subject) ? work(subject) : reject(queueProblems.noClaim(subject));
}
