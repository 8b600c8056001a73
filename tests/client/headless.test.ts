import { describe, expect, it } from 'vitest';
import { doWork, PLAN, readAssignment } from './harness/orchestra.ts';
import { refuse, type Script } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';

describe('sao run with the real client as its driver', () => {
  const rig = useRig();

  const start = async (script: Script) => {
    await rig.serve(script);
    const run = (await rig.drive(['init', '--task', 'Audit the sample project'])).stdout.split('\n')[0] ?? '';
    const planned = await rig.drive(['plan', run, '-'], { input: JSON.stringify(PLAN) });
    expect(planned.code).toBe(0);
    return run;
  };

  it('finishes 12 workers and 3 coordinators: own files written, inputs read, cost in the ledger', async () => {
    const run = await start(doWork);
    const { code, stdout, stderr } = await rig.drive(['run', run, '--driver', 'claude', '--json']);
    expect(`${stdout}${stderr}`).toContain('"done": 15');
    expect(code).toBe(0);
    const entries = rig.ledger();
    expect(entries.filter(({ type }) => type === 'spent')).toHaveLength(15);
    expect(entries.filter(({ type, verdict }) => type === 'returned' && verdict === 'done')).toHaveLength(15);
    // The coordinators read their workers' files through the hook, without a question.
    const read = rig.api.calls.filter(
      (call) =>
        readAssignment(call.task).role === 'coordinator' && call.results.some(({ isError }) => isError),
    );
    expect(read).toEqual([]);
  });

  it('backs off from rate limits and loses nothing', async () => {
    let refused = 0;
    const run = await start((call) => {
      const isUnlucky = call.turn === 0 && refused < 8 && /^[ab]/.test(readAssignment(call.task).id);
      refused += isUnlucky ? 1 : 0;
      return isUnlucky ? refuse(429) : doWork(call);
    });
    const { code } = await rig.drive(['run', run, '--driver', 'claude', '--schedule', 'rolling']);
    expect(code).toBe(0);
    const entries = rig.ledger();
    expect(entries.filter(({ type }) => type === 'rate-limited').length).toBeGreaterThan(0);
    expect(entries.filter(({ type, verdict }) => type === 'returned' && verdict === 'done')).toHaveLength(15);
  });
});
