import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLedger } from '../../src/run/ledger/events.ts';
import { isAlive } from '../../src/system/process/identity.ts';
import { Shop } from '../harness/builds.ts';
import { findBuild } from '../harness/sao.ts';
import { isFullScale } from '../harness/scale.ts';
import { waitUntil } from '../harness/wait.ts';
import { commit } from './git-scratch.ts';

const built = findBuild();

/** What the product promises, in milliseconds. Only measured alone: a busy machine needs longer to end its processes. */
const BOUND_MS = 2_000;

/** A shop whose setup command, tests and git hang, one at a time, until they are killed. */
class HangingShop extends Shop {
  constructor() {
    super(built.path, { modules: ['core'], worktree: { setup: 'node setup.mjs' } });
    const bin = join(this.home, 'bin');
    mkdirSync(bin);
    // Git hangs in the commands that the hook names; what it has begun stays as it is.
    writeFileSync(
      join(bin, 'git'),
      `#!/bin/sh
case " $* " in *" $(cat '${this.hook}' 2>/dev/null || echo none) "*) echo $$ > '${this.hung}'; trap '' TERM; while :; do sleep 1; done;; esac
PATH=\${PATH#*:} exec git "$@"
`,
    );
    chmodSync(join(bin, 'git'), 0o755);
    Object.assign(this.env, { PATH: `${bin}:${this.env.PATH}`, SAO_GRACE_MS: '60000' });
    this.env.SAO_STOP_MS = isFullScale ? undefined : '500';
    const script = `import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const hook = ${JSON.stringify(this.hook)};
if (existsSync(hook) && readFileSync(hook, 'utf8') === 'setup') {
  writeFileSync(${JSON.stringify(this.hung)}, String(process.pid));
  process.on('SIGTERM', () => {});
  await new Promise(() => setInterval(() => {}, 60_000));
}
`;
    commit(this.project, { 'setup.mjs': script }, 'Add a setup command');
  }

  private get hook(): string {
    return `${this.trace}.hang`;
  }

  private get hung(): string {
    return `${this.trace}.hung`;
  }

  /** The process that hangs. */
  get stuck(): number {
    return existsSync(this.hung) ? Number(readFileSync(this.hung, 'utf8')) : 0;
  }

  /** Lets this hang from now on: `setup`, `test` or a command of git; undefined: nothing. */
  hang(what: string | undefined): void {
    for (const path of [this.hook, this.hung]) rmSync(path, { force: true });
    if (what !== undefined) writeFileSync(this.hook, what);
  }

  /** A check of the audit that was stopped in the middle; 0 if none is running. */
  stopCheck(): number {
    const [begun] = this.locate() ? this.events('harden-begun') : [];
    const path = join(this.runs, begun?.child ?? '', 'ledger.jsonl');
    if (!begun || !existsSync(path)) return 0;
    for (const entry of parseLedger(readFileSync(path, 'utf8')).reverse()) {
      if (entry.type !== 'started' || !isAlive(entry.child)) continue;
      process.kill(entry.child.pid, 'SIGSTOP');
      return entry.child.pid;
    }
    return 0;
  }
}

/** Resumes the build until the process of a step hangs, and interrupts it there. */
async function interrupt(
  shop: HangingShop,
  findStuck: () => number,
  signal: NodeJS.Signals,
  ...rules: string[]
) {
  const { child, ended } = shop.startOn(...rules);
  let pid = 0;
  await waitUntil(() => {
    pid = findStuck();
    return pid > 0 || child.exitCode !== null;
  });
  const from = performance.now();
  child.kill(signal);
  const [code] = (await ended) as [number | null];
  const tookMs = performance.now() - from;
  await waitUntil(() => shop.findRunning().length === 0);
  return { pid, code, tookMs };
}

describe.each(isFullScale ? (['SIGINT', 'SIGTERM'] as const) : (['SIGTERM'] as const))(
  'a build that is interrupted by %s',
  { timeout: 300_000 },
  (signal) => {
    it('ends in the middle of each kind of step, leaves no process, and resumes from there to its end', async () => {
      const shop = new HangingShop();
      const took: [step: string, ms: number][] = [];
      const expectEnd = async (step: string, findStuck: () => number, ...rules: string[]) => {
        const { pid, code, tookMs } = await interrupt(shop, findStuck, signal, ...rules);
        expect([step, pid > 0, code]).toEqual([step, true, 130]);
        took.push([step, tookMs]);
        shop.hang(undefined);
      };

      shop.hang('setup');
      await expectEnd('setup', () => shop.stuck);
      const architect = () => shop.traced('start').find(({ id }) => id === 'architect')?.pid ?? 0;
      await expectEnd('agents', architect, 'architect=deaf');
      expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'architect' });
      if (!isFullScale) return;
      shop.approve('architect');
      shop.hang('worktree');
      await expectEnd('worktree', () => shop.stuck);
      shop.hang('test');
      await expectEnd('tests', () => shop.stuck, 'build-core=hangs');
      for (const command of ['commit-tree', 'reset']) {
        shop.hang(command);
        await expectEnd(command, () => shop.stuck);
      }
      await expectEnd('hardening', () => shop.stopCheck());
      expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
      shop.approve('ship');
      expect(shop.carryOn()).toMatchObject({ code: 0, step: { kind: 'done' } });
      // What was interrupted has lost no attempt.
      const attempts = shop.events('dispatched').map(({ attempt }) => attempt);
      expect(Math.max(...attempts)).toBe(1);
      expect(took.filter(([, ms]) => ms >= BOUND_MS)).toEqual([]);
    });
  },
);
