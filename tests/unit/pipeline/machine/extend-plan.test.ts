import { expect, it } from 'vitest';
import { planAgent } from '../../../../src/pipeline/machine/extend-plan.ts';
import { BUILD_TIMEOUTS } from '../../../../src/run/ledger/settings.ts';

const paths = { integration: '/i', treeOf: (module: string) => `/b/${module}` };
const timeouts = { ...BUILD_TIMEOUTS, builder: 14_400, scaffold: 100, fix: 200 };

it.each([
  [{ role: 'builder', module: 'auth' }, 14_400],
  [{ role: 'scaffold' }, 100],
  [{ role: 'scaffold', stage: 'harden' }, 200],
  [{ role: 'qc', module: 'auth' }, 3600],
  [{ role: 'assembler', module: 'auth' }, 1800],
] as const)('an agent has the time limit of its role: %o', (order, seconds) => {
  expect(planAgent(order, undefined, undefined, paths, timeouts).timeout).toBe(seconds);
});
