import { makeAccessToken } from '../queue/call/access.io.ts';
import { createQueue } from '../queue/call/open-queue.io.ts';
import { decideCreateToken, decideRevokeToken, decideSetQueue } from '../queue/decide/settings.ts';
import { decideDispatch } from '../queue/decide/tasks.ts';
import { DEFAULT_QUEUE_LIMITS, type QueueLimits } from '../queue/model/types.ts';
import { queueProblems } from '../queue/wording.ts';
import { accept, type Result, reject } from '../system/result.ts';
import type { QueueHandler } from './queue-input.ts';
import { withQueue, withView } from './queue-options.ts';

const DAY_MS = 86_400_000;

/** Creates or joins a queue, and changes its limits and resources. */
export const initQueue: QueueHandler = async (input, context) => {
  const limits = readNumbers(input.limit, '--limit', Object.keys(DEFAULT_QUEUE_LIMITS), 1);
  if (!limits.ok) return limits;
  const resources = readNumbers(input.resource, '--resource', undefined, 0);
  if (!resources.ok) return resources;
  const wanted = Object.fromEntries(limits.value) as Partial<QueueLimits>;
  const { queue, engine, guide } = input;
  const created = await createQueue({ queue, engine, limits: wanted, guides: guide ?? [] }, context.env);
  if (!created.ok) return created;
  const { name, shown, isNew, token } = created.value;
  const change = { limits: wanted, guides: guide, resources: resources.value };
  const isChange = input.limit.length + input.resource.length > 0 || guide !== undefined;
  const set = isChange
    ? await withQueue({ queue: name }, context, ({ call }) =>
        call.decide((view) => decideSetQueue(view, change)),
      )
    : undefined;
  if (set && !set.ok) return set;
  const lines = [`${isNew ? 'created' : 'joined'}: queue ${name} in ${shown}`];
  if (token !== undefined)
    lines.push(
      "the owner's access token is kept in the queue's folder on this machine; other machines need one of their own:",
    );
  lines.push(
    token === undefined
      ? 'next: sao idea create "What you want"'
      : 'next: sao queue token create --role executor',
  );
  return accept({ data: { action: 'init', lines, queue: name, place: shown, isNew } });
};

/** Reads `name=number` pairs; `allowed`: the only names. */
function readNumbers(
  pairs: readonly string[],
  option: string,
  allowed: readonly string[] | undefined,
  least: number,
): Result<Map<string, number>> {
  const found = new Map<string, number>();
  for (const pair of pairs) {
    const [, name = '', digits = ''] = /^([A-Za-z][\w-]{0,63})=(\d{1,7})$/.exec(pair) ?? [];
    const isKnown = name !== '' && (allowed === undefined || allowed.includes(name));
    if (!isKnown || Number(digits) < least)
      return reject({
        code: 'usage',
        message: `${option}: ${JSON.stringify(pair.slice(0, 60))} is not a name and a number${allowed ? `; names: ${allowed.join(', ')}` : ''}`,
        target: option,
        fix: `write it as ${option} ${allowed?.[0] ?? 'deploy'}=1`,
      });
    found.set(name, Number(digits));
  }
  return accept(found);
}

export const dispatchTasks: QueueHandler = (input, context) =>
  withQueue(input, context, async ({ call }) => {
    const done = await call.decide((view) =>
      decideDispatch(view, { idea: input.subject, phase: input.phase }),
    );
    if (!done.ok) return done;
    const { tasks, ready, waiting } = done.value;
    const lines = [`dispatched: ${tasks.length} tasks; ${ready} ready, ${waiting} waiting`];
    return accept({ data: { action: 'dispatch', lines, ...done.value } });
  });

/** Creates, lists or revokes access tokens. A token is printed once; the queue keeps its hash. */
export const manageTokens: QueueHandler = (input, context) => {
  if (input.subject === 'create') return createToken(input, context);
  if (input.subject === 'revoke') return revokeToken(input, context);
  return listTokens(input, context);
};

const createToken: QueueHandler = ({ role, team, repo, days, ...input }, context) =>
  withQueue(input, context, async ({ call }) => {
    const { token, hash } = makeAccessToken();
    const request = { hash, role, team, repos: repo, ms: days * DAY_MS };
    const made = await call.decide((view) => decideCreateToken(view, request));
    if (!made.ok) return made;
    const { id, until } = made.value;
    const lines = [
      token,
      `token ${id}: role ${role}, valid until ${new Date(until).toISOString()}; it is shown only once`,
      'use: set SAO_QUEUE_TOKEN in the environment of the executor',
    ];
    return accept({ data: { action: 'token', lines, id, token, until } });
  });

const revokeToken: QueueHandler = ({ id, ...input }, context) => {
  if (id === undefined)
    return Promise.resolve(
      reject(queueProblems.argumentMissing('the id of the token', 'sao queue token list')),
    );
  return withQueue(input, context, async ({ call }) => {
    const done = await call.decide((view) => decideRevokeToken(view, id));
    return done.ok ? accept({ data: { action: 'token', lines: [`revoked: ${id}`], id } }) : done;
  });
};

const listTokens: QueueHandler = (input, context) =>
  withView(input, context, ({ state, now }) => {
    const tokens = [...state.access.values()].map(({ hash: _, ...token }) => ({
      ...token,
      standing: token.isRevoked ? 'revoked' : token.until <= now ? 'expired' : 'valid',
    }));
    const lines = tokens.map(({ id, role, team, standing, until }) =>
      `${id}  ${role.padEnd(8)}  ${standing.padEnd(7)}  until ${new Date(until).toISOString()}  ${team}`.trimEnd(),
    );
    return accept({
      data: { action: 'token', lines: lines.length === 0 ? ['no access tokens'] : lines, tokens },
    });
  });
