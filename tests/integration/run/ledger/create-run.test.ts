import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRun } from '../../../../src/run/ledger/create-run.io.ts';
import { DEFAULT_LIMITS, type Manifest } from '../../../../src/run/ledger/manifest.ts';
import { Bench, findBuild } from '../../../harness/sao.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const NOW = new Date('2026-01-01T12:00:00Z');
const MANIFEST: Manifest = {
  ...{ version: 1, id: '20260101-120000-0a1b2c3d', mode: 'audit', task: 'Look', project: '/p', driver: null },
  ...{ limits: DEFAULT_LIMITS, created: NOW.toISOString() },
};

describe('a run that is created', () => {
  it('is not there if its manifest cannot be written', () => {
    const root = makeScratch();
    const manifest = { ...MANIFEST, toJSON: () => JSON.parse('{') };
    expect(() => createRun(root, manifest, NOW)).toThrow();
    expect(readdirSync(root)).toEqual([]);
  });

  it('has another name until it is complete', () => {
    const root = makeScratch();
    const names: string[] = [];
    const manifest = {
      ...MANIFEST,
      toJSON() {
        names.push(...readdirSync(root));
        return MANIFEST;
      },
    };
    createRun(root, manifest, NOW);
    expect(names).toEqual([expect.stringMatching(/^\.new-20260101-120000-0a1b2c3d-[0-9a-f]{4}$/)]);
    expect(readdirSync(root)).toEqual([MANIFEST.id]);
  });

  it('is no run under the name that a killed process leaves, and does not stop the next one', () => {
    const bench = new Bench(findBuild().path);
    const root = join(bench.home, 'runs');
    mkdirSync(join(root, `.new-${MANIFEST.id}-0a1b`, 'workers'), { recursive: true });
    expect(bench.call('list', '--json').stdout).toContain('"runs": []');
    expect(bench.call('status', MANIFEST.id).code).toBe(2);
    const plan = JSON.stringify({ version: 1, domains: [{ id: 'd', workers: [{ task: 'Look' }] }] });
    expect(bench.call('plan', '--new', plan).code).toBe(0);
    expect(readdirSync(root).filter((name) => /^\d{8}-\d{6}-[0-9a-f]{8}$/.test(name))).toHaveLength(1);
  });
});
