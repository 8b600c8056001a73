import { expect, it } from 'vitest';
import { planAgent } from '../../../../src/pipeline/machine/extend-plan.ts';

const paths = { integration: '/i', treeOf: (module: string) => `/b/${module}` };
const timeouts = {
  ...{ architect: 100, trainer: 200, scaffold: 300, builder: 14_400, qc: 500 },
  ...{ assembler: 600, fix: 700, shipper: 800, curator: 900 },
};

it.each([
  [{ role: 'architect' }, 100],
  [{ role: 'trainer' }, 200],
  [{ role: 'scaffold' }, 300],
  [{ role: 'scaffold', stage: 'harden' }, 700],
  [{ role: 'builder', module: 'auth' }, 14_400],
  [{ role: 'qc', module: 'auth' }, 500],
  [{ role: 'assembler', module: 'auth' }, 600],
  [{ role: 'shipper' }, 800],
  [{ role: 'curator' }, 900],
] as const)('an agent has the time limit of its role: %o', (order, seconds) => {
  expect(planAgent(order, undefined, undefined, paths, timeouts).timeout).toBe(seconds);
});
