import fc from 'fast-check';

/** A step of a random history. `which` picks one of the tokens that were given so far, old ones too. */
export type Step =
  | { do: 'claim'; executor: number }
  | { do: 'complete' | 'block' | 'lapse' | 'renew'; which: number }
  | { do: 'release'; which: number; isCounted: boolean }
  | { do: 'resolve' }
  | { do: 'cancel' | 'retry'; task: number };

const which = fc.nat(40);
export const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('claim' as const), executor: fc.nat(2) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('complete', 'block', 'lapse', 'renew'), which }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('release' as const), which, isCounted: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'resolve' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel', 'retry'), task: fc.nat(7) }) },
) as fc.Arbitrary<Step>;

export interface ModelTask {
  name: string;
  after: string[];
  priority: number;
  is: 'open' | 'held' | 'blocked' | 'dead' | 'done' | 'cancelled';
  failures: number;
  /** Index of the token that holds it, or that was the last to hold it. */
  token: number;
  isLapsed: boolean;
  /** The last holder's lease ended, and it may still settle the task. */
  mayComeLate: boolean;
}

/** A queue in its simplest form, written from the contract: no events, no leases, no engine. */
export class QueueModel {
  readonly tasks: ModelTask[];
  /** The task of each token that was given. */
  readonly given: ModelTask[] = [];

  constructor(shape: readonly { after: readonly number[]; priority: number }[]) {
    this.tasks = shape.map(({ after, priority }, n) => ({
      name: `t${n}`,
      after: after.filter((each) => each < n).map((each) => `t${each}`),
      priority,
      is: 'open',
      failures: 0,
      token: -1,
      isLapsed: false,
      mayComeLate: false,
    }));
  }

  /** What the step answers: the claimed task's name or `nothing`, `ok`, or the code of the refusal. */
  step(step: Step): string {
    switch (step.do) {
      case 'claim':
        return this.claim();
      case 'resolve':
        return this.resolve();
      case 'cancel':
      case 'retry':
        return this.change(step);
      default:
        return this.settle(step);
    }
  }

  private claim(): string {
    for (const task of this.tasks)
      if (task.is === 'held' && task.isLapsed) {
        this.giveBack(task, true);
        task.mayComeLate = true;
      }
    const ready = this.tasks.filter((task) => task.is === 'open' && this.isUnhindered(task));
    const top = Math.max(...ready.map(({ priority }) => priority));
    const task = ready.find(({ priority }) => priority === top);
    if (!task) return 'nothing';
    task.is = 'held';
    task.isLapsed = false;
    task.mayComeLate = false;
    task.token = this.given.length;
    this.given.push(task);
    return task.name;
  }

  private isUnhindered({ after }: ModelTask): boolean {
    return after.every((name) => this.tasks.find((each) => each.name === name)?.is === 'done');
  }

  private giveBack(task: ModelTask, isCounted: boolean): void {
    task.failures += isCounted ? 1 : 0;
    task.is = task.failures >= 3 ? 'dead' : 'open';
  }

  private settle(step: Extract<Step, { which: number }>): string {
    const task = this.given[step.which];
    if (!task) return 'claim-unknown';
    const isLast = task.token === step.which;
    if (step.do === 'lapse') {
      if (isLast && task.is === 'held') task.isLapsed = true;
      return 'ok';
    }
    // A repeated completion with the same proof is the same answer.
    if (step.do === 'complete' && isLast && task.is === 'done') return 'ok';
    if (isLast && task.is === 'held') return this.settleHeld(task, step);
    const isLate = isLast && task.mayComeLate && (task.is === 'open' || task.is === 'dead');
    return isLate ? this.settleLate(task, step) : 'claim-taken';
  }

  private settleHeld(task: ModelTask, step: Extract<Step, { which: number }>): string {
    if (step.do === 'renew') task.isLapsed = false;
    if (step.do === 'release') this.giveBack(task, step.isCounted);
    if (step.do === 'complete') task.is = 'done';
    if (step.do === 'block') task.is = 'blocked';
    return 'ok';
  }

  /** The lease has ended and the task is back, but no other attempt has begun. */
  private settleLate(task: ModelTask, step: Extract<Step, { which: number }>): string {
    if (step.do === 'renew') return 'claim-taken';
    if (step.do === 'complete') task.is = 'done';
    if (step.do === 'block') task.is = 'blocked';
    if (step.do !== 'release') task.mayComeLate = false;
    return 'ok';
  }

  private resolve(): string {
    const task = this.tasks.find(({ is }) => is === 'blocked');
    if (!task) return 'nothing';
    task.is = 'open';
    return task.name;
  }

  private change({ do: action, task: index }: Extract<Step, { task: number }>): string {
    const task = this.tasks[index];
    if (!task) return 'task-unknown';
    const isOpen = task.is !== 'done' && task.is !== 'cancelled';
    if (action === 'cancel') {
      if (!isOpen) return 'task-state';
      task.is = 'cancelled';
      return 'ok';
    }
    const isLost = (name: string) =>
      ['dead', 'cancelled'].includes(this.tasks.find((each) => each.name === name)?.is ?? '');
    const isStuck = task.is === 'open' && task.after.some(isLost);
    if (task.is !== 'dead' && !isStuck) return 'task-state';
    task.after = task.after.filter((name) => !isLost(name));
    task.is = 'open';
    task.failures = 0;
    return 'ok';
  }
}

export const shapeArbitrary = fc.array(
  fc.record({ after: fc.array(fc.nat(6), { maxLength: 2 }), priority: fc.integer({ min: 4, max: 6 }) }),
  { minLength: 1, maxLength: 8 },
);
