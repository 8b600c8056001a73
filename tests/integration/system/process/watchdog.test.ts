import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchProgress } from '../../../../src/system/process/watchdog.ts';
import { makeScratch } from '../../../harness/scratch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a watchdog of 400 ms', () => {
  function watch(progress: () => string | number, path?: string) {
    const onStall = vi.fn();
    return { onStall, watchdog: watchProgress(400, progress, onStall, path) };
  }

  it('calls onStall once if nothing changes', () => {
    const { onStall } = watch(() => 0);
    vi.advanceTimersByTime(399);
    expect(onStall).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(onStall).toHaveBeenCalledTimes(1);
  });

  it('does not call onStall while there is output', () => {
    let bytes = 0;
    const { onStall } = watch(() => bytes);
    for (; bytes < 20; bytes += 1) vi.advanceTimersByTime(300);
    expect(onStall).not.toHaveBeenCalled();
  });

  it('does not call onStall while the watched file is created and grows', () => {
    const path = join(makeScratch(), 'transcript.jsonl');
    const { onStall } = watch(() => 0, path);
    vi.advanceTimersByTime(300);
    writeFileSync(path, '');
    for (let round = 0; round < 20; round += 1) {
      vi.advanceTimersByTime(300);
      appendFileSync(path, '{}\n');
    }
    expect(onStall).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    expect(onStall).toHaveBeenCalledTimes(1);
  });

  it('can be stopped', () => {
    const { onStall, watchdog } = watch(() => 0);
    watchdog.stop();
    vi.advanceTimersByTime(10_000);
    expect(onStall).not.toHaveBeenCalled();
  });
});
