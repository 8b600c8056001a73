import { describe, expect, it } from 'vitest';
import { runClient } from './harness/client.ts';
import { startedAgain } from './harness/entries.ts';
import { doWork, followCommand, PLAN } from './harness/orchestra.ts';
import type { Script } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';
import { START } from './harness/thirty.ts';

/** The service's words when an account has used its limit up, five hours from now. */
function usedUp(): string {
  const until = new Date(Date.now() + 5 * 3_600_000);
  const time = until.toLocaleTimeString('en-US', { timeZone: 'UTC', hour: 'numeric', minute: '2-digit' });
  return `You've hit your session limit · resets ${time.replace(' ', '').toLowerCase()} (UTC)`;
}

describe('a used-up limit of the account', () => {
  const rig = useRig();

  it.each(['workflow', 'agent', 'tiered'])(
    'ends the fan-out at once, without a gap, and the conversation is told the time (%s)',
    async (driver) => {
      const message = usedUp();
      const parent = followCommand(PLAN, driver);
      const script: Script = (call) => (call.agentId === undefined ? parent(call) : { status: 429, message });
      const options = await rig.serve(script);
      const env = { ...options.env, CLAUDE_CODE_MAX_RETRIES: '0' };
      const { result } = await runClient(START, { ...options, env, limitMs: 110_000 });
      const parents = rig.api.calls.filter((call) => call.agentId === undefined);
      const told = JSON.stringify(parents.map((call) => call.results.map(({ text }) => text)));
      expect(told).toMatch(/The account's limit is used up until .{5,40}\(in 4h\): .*Nothing starts before/);
      expect(result.result).toBe('Waiting.');
      const agents = new Set(rig.api.calls.map((call) => call.agentId).filter((id) => id !== undefined));
      // Those of the first wave, which were called at once, and in a workflow two that were tried again.
      expect(agents.size).toBeLessThanOrEqual(14);
      const ledger = rig.ledger();
      expect(ledger.filter(({ type }) => type === 'gap' || type === 'returned')).toEqual([]);
      const refused = ledger.filter(({ type }) => type === 'rate-limited').map(({ agent }) => agent);
      expect(refused.length).toBeGreaterThan(0);
      expect(new Set(refused).size).toBe(refused.length);
    },
    120_000,
  );

  it.each(['workflow', 'agent', 'tiered'])(
    'what can never succeed halts the run with the reason, without a gap (%s)',
    async (driver) => {
      const parent = followCommand(PLAN, driver);
      const message = 'invalid x-api-key';
      const options = await rig.serve((call) =>
        call.agentId === undefined ? parent(call) : { status: 401, message },
      );
      const { result } = await runClient(START, { ...options, limitMs: 110_000 });
      const ledger = rig.ledger();
      expect(ledger.filter(({ type }) => type === 'gap' || type === 'returned')).toEqual([]);
      const halted = ledger.filter(({ type }) => type === 'halted') as unknown as { reason: string }[];
      expect(halted.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^the service refuses every agent, not logged in: .*/),
      ]);
      expect(result.result).toMatch(/^halted: The run is halted: the service refuses every agent/);
      const agents = new Set(rig.api.calls.map((call) => call.agentId).filter((id) => id !== undefined));
      expect(agents.size).toBeLessThanOrEqual(14);
    },
    120_000,
  );

  it.each(['workflow', 'agent', 'tiered'])(
    'a service that refuses the first calls of everyone is waited for, and nothing is lost (%s)',
    async (driver) => {
      let calls = 0;
      const parent = followCommand(PLAN, driver);
      const options = await rig.serve((call) => {
        if (call.agentId === undefined) return parent(call);
        calls += 1;
        return calls <= 15 ? { status: 529 } : doWork(call);
      });
      const env = { ...options.env, CLAUDE_CODE_MAX_RETRIES: '0', SAO_BACKOFF_MS: '500' };
      const { result } = await runClient(START, { ...options, env, limitMs: 110_000 });
      expect(result.result).toContain('15 of 15 agents done');
      const ledger = rig.ledger();
      expect(ledger.filter(({ type }) => type === 'gap')).toEqual([]);
      expect(ledger.filter(({ type }) => type === 'rate-limited').length).toBeGreaterThan(2);
      expect(startedAgain(ledger)).toEqual([]);
    },
    120_000,
  );
});
