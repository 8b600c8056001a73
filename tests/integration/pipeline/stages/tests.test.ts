import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runWithoutLeftovers } from '../../../../src/pipeline/stages/tests.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { makeRepository } from '../../../hazards/git-scratch.ts';

let runDir: string;
let place: string;
beforeEach(() => {
  runDir = makeScratch();
  place = join(runDir, 'builds', 'auth');
  makeRepository({ 'src/a.ts': 'a\n', '.gitignore': 'cache/\n' }, place);
  writeFileSync(join(place, 'draft.ts'), 'an agent’s');
});

const write = (path: string) => {
  mkdirSync(join(place, path, '..'), { recursive: true });
  writeFileSync(join(place, path), 'left behind\n');
};

describe('tests in a worktree', () => {
  it('leave nothing behind but what stood there, and what git ignores', async () => {
    const answer = await runWithoutLeftovers(place, async () => {
      write('coverage/index.html');
      write('cache/x');
      return 7;
    });
    expect(answer).toBe(7);
    expect(existsSync(join(place, 'coverage/index.html'))).toBe(false);
    expect(existsSync(join(place, 'draft.ts'))).toBe(true);
    expect(existsSync(join(place, 'cache/x'))).toBe(true);
    expect(readdirSync(join(runDir, 'builds'))).toEqual(['auth']);
  });

  it('leave nothing behind where they fail', async () => {
    const failing = runWithoutLeftovers(place, async () => {
      write('coverage/index.html');
      throw new Error('stopped');
    });
    await expect(failing).rejects.toThrow('stopped');
    expect(existsSync(join(place, 'coverage/index.html'))).toBe(false);
  });

  it('that were killed have their leftovers put aside before they run again', async () => {
    // A process that dies in the middle has come as far as this.
    await new Promise<void>((killed) => {
      void runWithoutLeftovers(place, async () => {
        write('coverage/index.html');
        killed();
        await new Promise(() => undefined);
      });
    });
    let seen = true;
    await runWithoutLeftovers(place, async () => {
      seen = existsSync(join(place, 'coverage/index.html'));
    });
    expect(seen).toBe(false);
    const kept = join(runDir, 'attempts', 'leftovers', 'auth', 'coverage', 'index.html');
    expect(readFileSync(kept, 'utf8')).toBe('left behind\n');
    expect(existsSync(join(place, 'draft.ts'))).toBe(true);
    expect(readdirSync(join(runDir, 'builds'))).toEqual(['auth']);
  });
});
