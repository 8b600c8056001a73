import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { git, makeRepository } from '../../hazards/git-scratch.ts';

const built = findBuild();
const CONFIG = JSON.stringify({ build: { minPairs: 10, hardening: 'checks' } });
const SESSIONS = '.orchestration/memory/sessions';

describe('the memory of builds', { timeout: 300_000 }, () => {
  it('is written when a build has shipped, and given to the agents of the next one', () => {
    const shop = new Shop(built.path, {
      app: {
        file: 'remembering.mjs',
        description: 'A small shop',
        make: (project) =>
          makeRepository({ 'README.md': '# Shop\n', '.orchestration/config.json': CONFIG }, project),
      },
    });
    expect(shop.build('qc-core=major').step).toEqual({ kind: 'done' });
    const first = shop.run;
    const prompt = (id: string) => shop.read('prompts', `${id}.md`);
    expect(shop.events('recalled')).toEqual([]);
    expect(prompt('build-core')).toContain('## Session summary');
    expect(prompt('build-core')).not.toContain('```recall');
    // The builder whose work QC refused is no witness; what QC found is a failure.
    expect(readdirSync(join(shop.project, SESSIONS, 'builder')).sort()).toEqual([
      `${first}-build-core.2.json`,
      `${first}-build-web.json`,
    ]);
    expect(
      JSON.parse(readFileSync(join(shop.project, SESSIONS, 'qc', `${first}-qc-core.json`), 'utf8')),
    ).toMatchObject({
      records: [{ kind: 'failure', basis: 'shipped', module: 'core', refs: ['src/core/index.mjs:3'] }],
    });
    for (const name of readdirSync(join(shop.project, SESSIONS, 'builder')))
      expect(readFileSync(join(shop.project, SESSIONS, 'builder', name), 'utf8')).not.toContain(
        'answer PASS',
      );
    expect(git(shop.project, 'status', '--porcelain')).toBe('');
    const [written] = shop.events('memory-written');
    expect(written).toMatchObject({
      held: 4,
      ids: [expect.any(String), expect.any(String), expect.any(String)],
    });
    const checks = shop.events('stage-checked').filter(({ stage }) => stage === 'curate');
    expect(checks.at(-1)?.remarks?.join('\n')).toContain('instructs agents');

    expect(shop.build('qc-core=major').step).toEqual({ kind: 'done' });
    expect(shop.run).not.toBe(first);
    expect(prompt('build-core')).toMatch(
      /```recall\nid [0-9a-f]{24}, builder core, today, basis shipped\n\[decision\] The core answers/,
    );
    expect(prompt('build-core.2')).toMatch(
      /```recall\nid [0-9a-f]{24}, qc core, today, basis shipped\n\[failure\] QC failed core/,
    );
    const recalled = shop.events('recalled');
    expect(recalled.map(({ agent }) => agent)).toEqual(
      expect.arrayContaining(['build-core', 'build-core.2']),
    );
    for (const { tokens, agent } of recalled)
      expect(tokens, agent).toBeLessThanOrEqual(agent === 'architect' ? 900 : 600);
  });
});
