import { describe, expect, it } from 'vitest';
import type { BlueprintModule } from '../../../../src/pipeline/machine/blueprint.ts';
import { expectedTests } from '../../../../src/pipeline/qc/judge-module.ts';
import type { TestRecord } from '../../../../src/run/ledger/build-events.ts';
import { applyBuildEvent, emptyBuild } from '../../../../src/run/ledger/build-state.ts';
import type { QcVerdict } from '../../../../src/run/ledger/verdict.ts';

const moduleOf = (name: string, testCommand: string): BlueprintModule => ({
  ...{ name, description: '', dependsOn: [], writes: [], paths: [], model: 'sonnet', testCommand },
});
const MODULES = [moduleOf('core', 'npm test'), moduleOf('web', 'npm test'), moduleOf('cli', 'npm run cli')];

interface Judged {
  module: string;
  verdict?: QcVerdict;
  tests: TestRecord;
}

function buildOf(counts: Record<string, number> | undefined, judged: readonly Judged[]) {
  const build = emptyBuild();
  const checked = { stage: 'scaffold' as const, by: 'scaffold', ok: true, faults: [] };
  applyBuildEvent(build, { type: 'stage-checked', ...checked, ...(counts ? { counts } : {}) });
  for (const { module, verdict = 'pass', tests } of judged)
    applyBuildEvent(build, {
      ...{ type: 'module-judged', module, builder: 'b', by: 'q', verdict, commit: 'c', tests },
      ...{ reasons: [], findings: [], backlog: [] },
    });
  return build;
}

describe('the number of tests that a module has to run', () => {
  const counts = { 'npm test': 12, 'npm run cli': 3 };
  it.each<[string, Record<string, number> | undefined, Judged[], string, number | undefined]>([
    ['is that of its command on the scaffold in its first cycle', counts, [], 'core', 12],
    ['is that of its own command', counts, [], 'cli', 3],
    ['is unknown for a command that was not counted', { 'npm test': 12 }, [], 'cli', undefined],
    ['is unknown in a build of an earlier version', undefined, [], 'core', undefined],
    [
      'is that of its last cycle afterwards',
      counts,
      [{ module: 'core', verdict: 'fail-major', tests: { commit: 'c', run: 9, expected: 15 } }],
      ...(['core', 15] as const),
    ],
    [
      'is lower where the contract allowed another module to remove tests',
      counts,
      [{ module: 'web', tests: { commit: 'c', run: 8, expected: 8 } }],
      ...(['core', 8] as const),
    ],
    [
      'does not follow a module that failed',
      counts,
      [{ module: 'web', verdict: 'fail-major', tests: { commit: 'c', run: 0, expected: 12 } }],
      ...(['core', 12] as const),
    ],
    [
      'does not follow a module with another command',
      counts,
      [{ module: 'cli', tests: { commit: 'c', run: 1, expected: 1 } }],
      ...(['core', 12] as const),
    ],
  ])('%s', (_, given, judged, name, expected) => {
    const module = MODULES.find((each) => each.name === name) ?? MODULES[0];
    if (module === undefined) throw new Error('no module');
    expect(expectedTests(buildOf(given, judged), module, MODULES)).toBe(expected);
  });
});
