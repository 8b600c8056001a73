import { plainText } from '../findings/plain-text.ts';
import { findIdeaApprovalFault } from '../queue/call/approve.io.ts';
import { openTaskCheck } from '../queue/decide/approved-task.ts';
import { findExpiredClaims } from '../queue/decide/claim.ts';
import { openReadiness } from '../queue/state/readiness.ts';
import { isEnd, lastAttempt, type QueueState, type Task } from '../queue/state/state.ts';
import { computeStats, type QueueStats } from '../queue/stats/compute-stats.ts';
import { queueProblems, queueTexts } from '../queue/wording.ts';
import { formatDuration } from '../run/ledger/duration.ts';
import { fillTemplate } from '../run/prompt/template.ts';
import { loadTemplate } from '../run/prompt/templates.io.ts';
import { accept, reject } from '../system/result.ts';
import type { QueueHandler } from './queue-input.ts';
import { withView } from './queue-options.ts';

/** Maximum number of entries in a list. */
const MAX_SHOWN = 20;

const shortened = (lines: readonly string[]): string[] =>
  lines.length > MAX_SHOWN
    ? [...lines.slice(0, MAX_SHOWN), `… and ${lines.length - MAX_SHOWN} more`]
    : [...lines];

const describeTask = ({ spec }: Task): string =>
  `${spec.id}  ${spec.size}  p${spec.priority}  ${spec.team === '' ? '-' : spec.team}  ${plainText(spec.title, 100)}`;

/** Shows what could be claimed; exit 1 if there is nothing. */
export const checkQueue: QueueHandler = (input, context) =>
  withView(input, context, (view) => {
    const { state } = view;
    const readiness = openReadiness(state);
    const { team, repo } = input;
    const isWanted = ({ spec }: Task) =>
      (team === '' || spec.team === team || spec.team === '') &&
      (repo.length === 0 || repo.includes(spec.repo));
    const counts = { ready: 0, waiting: 0, stuck: 0 };
    const ready: Task[] = [];
    for (const id of state.queued) {
      const task = state.tasks.get(id);
      if (!task || !isWanted(task)) continue;
      const shown = readiness.of(task) as keyof typeof counts;
      counts[shown] += 1;
      if (shown === 'ready') ready.push(task);
    }
    const expired = findExpiredClaims(view).events.filter(({ type }) => type === 'expired').length;
    const running = state.claimed.size - expired;
    const lines = [
      `queue ${state.name}: ${counts.ready} ready, ${running} running, ${counts.waiting} waiting, ${counts.stuck} stuck${expired > 0 ? `, ${expired} with an ended lease` : ''}`,
      ...shortened(ready.map(describeTask)),
    ];
    const data = { action: 'check', lines, ...counts, running, expired };
    const tasks = ready
      .slice(0, MAX_SHOWN)
      .map(({ spec }) => ({ id: spec.id, title: spec.title, team: spec.team }));
    return accept({ data: { ...data, tasks }, exit: counts.ready + expired > 0 ? 0 : 1 });
  });

export const listClaims: QueueHandler = (input, context) =>
  withView(input, context, ({ state, leases, now }) => {
    const ends = new Map(leases.map(({ token, until }) => [token, until]));
    const claims = [...state.claimed].flatMap((id) => {
      const task = state.tasks.get(id);
      const attempt = task && lastAttempt(task);
      if (!task || !attempt) return [];
      const until = ends.get(attempt.token) ?? 0;
      const { executor, since, number } = attempt;
      return [
        { task: id, title: task.spec.title, team: task.spec.team, executor, since, until, attempt: number },
      ];
    });
    const lines = claims.map(({ task, executor, attempt, since, until, title }) => {
      const left = until > now ? `lease ${formatDuration(until - now)}` : 'lease over';
      return `${task}  ${executor}  attempt ${attempt}  for ${formatDuration(now - since)}  ${left}  ${plainText(title, 80)}`;
    });
    return accept({
      data: {
        action: 'active',
        lines: lines.length === 0 ? ['no task is running'] : shortened(lines),
        claims,
      },
    });
  });

export const showStats: QueueHandler = (input, context) =>
  withView(input, context, ({ state, now }) => {
    const stats = computeStats(state, now);
    return accept({ data: { action: 'stats', lines: describeStats(stats), stats } });
  });

const percent = (share: number | null): string => (share === null ? '-' : `${Math.round(share * 100)} %`);
const lasting = (ms: number | null): string => (ms === null ? '-' : formatDuration(ms));

function describeStats(stats: QueueStats): string[] {
  const { tasks, teams, signals } = stats;
  const counts = Object.entries(tasks).filter(([, count]) => count > 0);
  return [
    `tasks: ${counts.map(([state, count]) => `${count} ${state}`).join(', ') || 'none'}`,
    ...teams.map(
      ({ team, assigned, done, blocked, running, ready }) =>
        `${team === '' ? 'no team' : team}: ${assigned} assigned, ${done} done, ${running} running, ${ready} ready, ${blocked} blocked`,
    ),
    `speed: ${stats.donePerHour} done in the last hour; ${lasting(stats.remainingMs)} left at the measured speed`,
    `quality: ${percent(stats.firstTry)} done at the first try; ${percent(stats.rework)} of attempts repeated`,
    `blockers: ${stats.openBlockers} open; answered after ${lasting(stats.blockerMs)} (median)`,
    `slots: ${stats.running} of ${stats.slots} busy (${percent(stats.utilisation)}), ${stats.headroom} free`,
    ...signals.map(({ text }) => `signal: ${text}`),
  ];
}

/** Lists tasks that no executor can finish without a leader; exit 1 if there are any. */
export const listDead: QueueHandler = (input, context) =>
  withView(input, context, ({ state }) => {
    const readiness = openReadiness(state);
    const dead = [...state.tasks.values()].flatMap((task) => {
      const shown = readiness.of(task);
      if (shown !== 'dead' && shown !== 'stuck') return [];
      const escalation = state.escalations.findLast((each) => each.task === task.spec.id);
      const reason = shown === 'dead' ? (escalation?.reason ?? '') : readiness.reasonOf(task);
      return [{ task: task.spec.id, state: shown, title: task.spec.title, reason }];
    });
    const lines = dead.flatMap(({ task, state: shown, title, reason }) => [
      `${task}  ${shown}  ${plainText(title, 80)}`,
      ...reason.split('\n').map((line) => `    ${plainText(line, 200)}`),
    ]);
    const none = ['no task is dead or stuck'];
    return accept({
      data: { action: 'dead', lines: lines.length === 0 ? none : shortened(lines), dead },
      exit: dead.length > 0 ? 1 : 0,
    });
  });

const GUIDES = ['leader', 'executor'] as const;

/** Prints the page that tells a conversation how to lead a queue, or how to work its tasks. Needs no queue. */
export const showGuide: QueueHandler = async ({ subject = 'leader' }) => {
  const role = GUIDES.find((each) => each === subject);
  if (role === undefined)
    return reject(
      queueProblems.argumentMissing('the role', 'sao queue guide leader, or sao queue guide executor'),
    );
  return accept({
    data: { action: 'guide', lines: [fillTemplate(loadTemplate(`queue/${role}`), {}).trim()], role },
  });
};

/**
 * Names each decision in the events that no human is proved to have made, which counts as none, and each open task that is not as a human approved it,
 * which is not handed out. Exit 1 if there is one.
 */
export const lintQueue: QueueHandler = (input, context) =>
  withView(input, context, ({ state }, { place }) => {
    const ideas = [...state.ideas.values()].flatMap((idea) => {
      const reason = idea.approval && findIdeaApprovalFault(state, idea, place);
      return reason === undefined ? [] : [{ stage: `idea/${idea.id}`, action: 'approve', reason }];
    });
    const faults = [...state.unproved, ...ideas];
    const tasks = findChangedTasks(state);
    const lines = [
      ...faults.map(({ stage, action, reason }) => queueTexts.unproved(stage, action, reason)),
      ...tasks.map(({ task, reason }) => queueTexts.notHandedOut(task, reason)),
    ];
    return accept({
      data: { action: 'lint', lines: lines.length === 0 ? ['no faults'] : shortened(lines), faults, tasks },
      exit: lines.length === 0 ? 0 : 1,
    });
  });

/** The open tasks that no approved plan has as they are. An approval that is not proved is a fault of its idea. */
function findChangedTasks(state: QueueState): { task: string; reason: string }[] {
  const check = openTaskCheck(state, () => undefined);
  return [...state.tasks.values()].flatMap((task) => {
    const reason = isEnd(task.state) ? undefined : check(task.spec);
    return reason === undefined ? [] : [{ task: task.spec.id, reason }];
  });
}
