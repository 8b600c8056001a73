import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withLock } from '../../src/system/files/lock.ts';
import { ExpectedError } from '../../src/system/result.ts';
import { bundleModule } from '../harness/bundle.ts';
import { startNode, type TalkingChild } from '../harness/child.ts';
import { scaled } from '../harness/scale.ts';
import { makeScratch } from '../harness/scratch.ts';

const lockModule = bundleModule('src/system/files/lock.ts');
const identityModule = bundleModule('src/system/process/identity.ts');
afterAll(() => {
  lockModule.remove();
  identityModule.remove();
});

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const pick = <T>(items: readonly T[]) => items[Math.floor(Math.random() * items.length)];

/** Lock files that contain an owner. Empty files of processes that were killed before they wrote are removed only when they are old. */
function countClaims(directory: string): number {
  const names = readdirSync(directory).filter((name) => name.startsWith('guarded.lock'));
  return names.filter((name) => statSync(join(directory, name)).size > 0).length;
}

describe('stale locks', () => {
  const kills = scaled(40, 1_000);

  it(`never has two owners while ${kills} owners and waiters are killed`, { timeout: 900_000 }, async () => {
    const directory = makeScratch();
    const crowd = new Crowd(() =>
      startNode(fixture('lock-contender.mjs'), [lockModule.path, identityModule.path, directory]),
    );
    await crowd.killWhileBusy(kills);
    expect(existsSync(join(directory, 'violations'))).toBe(false);
    expect(withLock(join(directory, 'guarded.lock'), () => 'free')).toBe('free');
    expect(countClaims(directory)).toBeLessThan(10);
  });

  const stops = scaled(10, 100);
  it(`does not take the lock of a stopped owner, ${stops} times`, { timeout: 120_000 }, async () => {
    const path = join(makeScratch(), 'guarded.lock');
    const holder = startNode(fixture('lock-holder.mjs'), [lockModule.path, path]);
    expect(await holder.nextLine()).toBe('ready');
    for (let round = 0; round < stops; round += 1) {
      holder.tell('take');
      expect(await holder.nextLine()).toBe('held');
      process.kill(holder.pid, 'SIGSTOP');
      expect(() => withLock(path, () => 'entered', { waitMs: 30 })).toThrow(ExpectedError);
      expect(readFileSync(path, 'utf8')).toContain(`"pid":${holder.pid}`);
      process.kill(holder.pid, 'SIGCONT');
      holder.tell('drop');
      expect(await holder.nextLine()).toBe('dropped');
    }
    expect(withLock(path, () => 'entered')).toBe('entered');
  });
});

/** Four contenders; each is replaced when it is killed. */
class Crowd {
  private readonly members: TalkingChild[] = [];
  private readonly start: () => TalkingChild;

  constructor(start: () => TalkingChild) {
    this.start = start;
    for (let i = 0; i < 4; i += 1) this.members.push(start());
  }

  /** Kills the process that just entered, or another one, which may be waiting, breaking or releasing. */
  async killWhileBusy(kills: number): Promise<void> {
    for (let killed = 0; killed < kills; killed += 1) {
      const entered = await Promise.any(this.members.map((member) => this.waitForEntry(member)));
      const victim = killed % 3 === 0 ? (pick(this.members) ?? entered) : entered;
      victim.process.kill('SIGKILL');
      await victim.ended;
      this.members[this.members.indexOf(victim)] = this.start();
    }
    await this.endAll();
  }

  private async waitForEntry(member: TalkingChild): Promise<TalkingChild> {
    if ((await member.nextLine()) === undefined) throw new Error('ended');
    return member;
  }

  private async endAll(): Promise<void> {
    for (const { process } of this.members) process.stdin?.end();
    for (const { ended } of this.members) expect((await ended).signal).toBeNull();
  }
}
