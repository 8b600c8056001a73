import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addMissingProject } from '../../../src/pipeline/overview/missing-project.io.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { agentOf, confirmed, planWith, RUN, snapshotOf } from '../../harness/snapshots.ts';

const { manifest, state } = snapshotOf({ plan: planWith([agentOf('a1')]), events: confirmed });

it('a run whose project is missing needs it back first, and a build names the call that goes on elsewhere', () => {
  const project = join(makeScratch(), 'app');
  const moved = { ...manifest, project };
  const need = { kind: 'project', text: `the project is not at ${project}: move it back there` };
  const gaps = [{ kind: 'gaps' as const, text: '1 gap: a2' }];
  expect(addMissingProject({ manifest: moved, state }, gaps)).toEqual([need, ...gaps]);
  expect(addMissingProject({ manifest: { ...moved, mode: 'build' }, state }, [])).toMatchObject([
    { command: `sao build --resume ${RUN} --project NEW_PATH` },
  ]);
  expect(addMissingProject({ manifest: moved, state: { ...state, reported: true } }, [])).toEqual([]);
  mkdirSync(project);
  expect(addMissingProject({ manifest: moved, state }, [])).toEqual([]);
});
