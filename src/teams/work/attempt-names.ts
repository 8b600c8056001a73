import { plainText } from '../../findings/plain-text.ts';
import type { TaskSpec } from '../../queue/model/types.ts';

/** One attempt at a task, as branches and commits name it. */
export interface AttemptName {
  queue: string;
  spec: TaskSpec;
  /** 1-based, over all executors. */
  attempt: number;
  executor: string;
}

/** The branch on which an attempt hands its work over, without `refs/heads/`. */
export const deliveryBranch = ({ queue, spec, attempt }: AttemptName): string =>
  `sao/${queue}/${spec.id}/${attempt}`;

/** The subject of an attempt's commits: `[TEAM-1] [AGENT-c1.2] title`. */
export function commitSubject({ spec, executor }: AttemptName, title = plainText(spec.title, 100)): string {
  const team = spec.team === '' ? '' : `[${spec.team.toUpperCase()}] `;
  return `${team}[AGENT-${spec.coder || executor}] ${title}`;
}

/** The last lines of an attempt's commits, by which `git log --grep` finds them. */
export const commitTrailers = ({ queue, spec, attempt }: AttemptName): string =>
  `Sao-Queue: ${queue}\nSao-Task: ${spec.id}\nSao-Attempt: ${attempt}`;

/** Whether a commit message says that it belongs to this attempt. */
export function isCommitOf({ spec, attempt }: AttemptName, message: string): boolean {
  const lines = message.split('\n').map((line) => line.trim());
  return lines.includes(`Sao-Task: ${spec.id}`) && lines.includes(`Sao-Attempt: ${attempt}`);
}
