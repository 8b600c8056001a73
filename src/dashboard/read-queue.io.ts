import { plainText } from '../findings/plain-text.ts';
import { openQueue } from '../queue/call/open-queue.io.ts';
import { listQueues } from '../queue/call/queue-places.io.ts';
import { openReadiness } from '../queue/state/readiness.ts';
import { lastAttempt, type QueueState, type Task } from '../queue/state/state.ts';
import { assessCapacity } from '../queue/stats/assess-capacity.ts';
import { computeStats } from '../queue/stats/compute-stats.ts';
import type { Need } from '../run/status/needs.ts';
import type { BoardTask, QueueDetail } from './detail.ts';

/** Maximum number of tasks on the board of one queue. */
const MAX_TASKS = 1_000;

type Env = Readonly<Record<string, string | undefined>>;

/** Reads all queues of this machine. Throws an ExpectedError if one cannot be reached. */
export async function readQueueDetails(env: Env): Promise<QueueDetail[]> {
  const details: QueueDetail[] = [];
  for (const name of listQueues(env)) {
    const opened = await openQueue(name, env);
    if (!opened.ok) continue;
    try {
      const view = await opened.value.call.readView();
      if (view.ok)
        details.push(describeQueueDetail(opened.value.call.place, view.value.state, view.value.now));
    } finally {
      await opened.value.call.close();
    }
  }
  return details;
}

/** Describes a queue. `now`: ms since the epoch. Pure. */
export function describeQueueDetail(place: string, state: QueueState, now: number): QueueDetail {
  const readiness = openReadiness(state);
  const tasks = [...state.tasks.values()];
  return {
    name: state.name,
    place,
    stats: computeStats(state, now),
    capacity: assessCapacity(state, now),
    teams: [...state.teams.values()].map(({ id, leader, focus, cluster }) => ({
      id,
      leader,
      focus,
      cluster,
    })),
    tasks: tasks.slice(-MAX_TASKS).map((task) => describeBoardTask(task, readiness)),
    hidden: Math.max(0, tasks.length - MAX_TASKS),
    blockers: [...state.blockers.values()]
      .filter(({ answer }) => answer === undefined)
      .map(({ id, task, kind, question, for: whose, at }) => ({
        ...{ id, task, kind, for: whose, at },
        question: plainText(question, 300),
      })),
    needs: listQueueNeeds(state),
  };
}

function describeBoardTask(task: Task, readiness: ReturnType<typeof openReadiness>): BoardTask {
  const { id, title, team, idea, phase } = task.spec;
  const attempt = task.state === 'claimed' ? lastAttempt(task) : undefined;
  return {
    ...{ id, title: plainText(title, 160), team, idea, phase },
    state: readiness.of(task),
    reason: plainText(readiness.reasonOf(task), 200),
    attempts: task.attempts.length,
    executor: attempt?.executor ?? null,
    since: attempt?.since ?? null,
  };
}

/** What a queue needs from a human: plans to approve, questions, dead tasks. */
function listQueueNeeds({ name, ideas, blockers, tasks }: QueueState): Need[] {
  const at = `--queue ${name}`;
  return [
    ...[...blockers.values()]
      .filter(({ answer, for: whose }) => answer === undefined && whose === 'human')
      .map(
        ({ id, task, question }): Need => ({
          kind: 'question',
          text: `task ${task} asks: ${plainText(question, 160)}`,
          command: `sao blocker resolve ${id} ${at}`,
        }),
      ),
    ...[...ideas.values()]
      .filter(({ state }) => state === 'planned')
      .map(
        ({ id, title }): Need => ({
          kind: 'plan',
          text: `the plan of idea ${id} waits for your approval: ${plainText(title, 120)}`,
          command: `sao idea approve ${id} ${at}`,
        }),
      ),
    ...[...tasks.values()]
      .filter(({ state }) => state === 'dead')
      .map(
        ({ spec }): Need => ({
          kind: 'gaps',
          text: `task ${spec.id} is dead: ${plainText(spec.title, 120)}`,
          command: `sao task show ${spec.id} ${at}`,
        }),
      ),
  ];
}
