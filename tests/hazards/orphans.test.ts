import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readEnvironment } from '../../src/system/process/ancestry.ts';
import { listPids, readProcess } from '../../src/system/process/proc.ts';
import { bundleModule } from '../harness/bundle.ts';
import { startNode, type TalkingChild } from '../harness/child.ts';
import { scaled } from '../harness/scale.ts';

const groups = bundleModule('tests/hazards/fixtures/groups.ts');
const guardMain = bundleModule('src/system/process/guard-main.ts');
afterAll(() => {
  groups.remove();
  guardMain.remove();
});

const FAMILIES = 4;
const count = scaled(5, 50);

/** All running processes that inherited the token, including the guard. */
function findHeirs(token: string): number[] {
  const heirs = listPids().filter((pid) => readEnvironment(pid).includes(`SAO_TEST_TOKEN=${token}`));
  return heirs.filter((pid) => {
    const entry = readProcess(pid);
    return typeof entry === 'object' && !entry.isZombie;
  });
}

const waitForNone = (token: string) =>
  vi.waitFor(() => expect(findHeirs(token)).toEqual([]), { timeout: 30_000, interval: 20 });

function startDriver(marks: 'marks' | 'no-marks'): { driver: TalkingChild; token: string } {
  const token = randomBytes(8).toString('hex');
  const script = join(import.meta.dirname, 'fixtures/driver.mjs');
  const args = [groups.path, guardMain.path, String(FAMILIES), marks];
  return { driver: startNode(script, args, { SAO_TEST_TOKEN: token }), token };
}

async function waitForLines(driver: TalkingChild, wanted: string, times: number): Promise<void> {
  for (let left = times; left > 0; ) {
    const line = await driver.nextLine();
    if (line === undefined) throw new Error('the driver ended by itself');
    if (line === wanted) left -= 1;
  }
}

async function kill(driver: TalkingChild): Promise<void> {
  driver.process.kill('SIGKILL');
  await driver.ended;
}

describe.skipIf(process.platform !== 'linux')('a driver that is killed (Linux: reads /proc)', () => {
  it(`leaves no child and no grandchild, ${count} times`, { timeout: 300_000 }, async () => {
    for (let round = 0; round < count; round += 1) {
      const { driver, token } = startDriver('marks');
      await waitForLines(driver, 'ready', FAMILIES);
      expect(findHeirs(token).length).toBeGreaterThan(FAMILIES * 3);
      await kill(driver);
      await waitForNone(token);
    }
  });

  it(`leaves none when it is killed at a random time, ${count} times`, { timeout: 300_000 }, async () => {
    for (let round = 0; round < count; round += 1) {
      const { driver, token } = startDriver('marks');
      await waitForLines(driver, 'started', 1 + (round % FAMILIES));
      await kill(driver);
      await waitForNone(token);
    }
  });

  it('leaves none of its groups if marks cannot be read', async () => {
    const { driver, token } = startDriver('no-marks');
    await waitForLines(driver, 'ready', FAMILIES);
    await kill(driver);
    await waitForNone(token);
  });
});
