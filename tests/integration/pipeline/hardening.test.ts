import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlanFile } from '../../../src/run/ledger/store.io.ts';
import { unwrap } from '../../../src/system/result.ts';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { leakedToken } from '../../harness/shop.mjs';
import { git, tryGit } from '../../hazards/git-scratch.ts';

const built = findBuild();

const TOKEN = leakedToken();
const stageNow = (shop: Shop) => /^now +(\S+)/m.exec(shop.call('status', shop.run).stdout)?.[1];
const fixingAgents = (shop: Shop) => shop.started().filter((id) => /^(build-web|scaffold)\.\d/.test(id));

/** Files of the run's own folder that contain the token, without worktrees and the agents' logs. */
function leaks(shop: Shop): string[] {
  const paths = readdirSync(shop.dir, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes(join(shop.dir, 'builds', '')))
    .map((entry) => join(entry.parentPath, entry.name));
  return paths.filter((path) => readFileSync(path, 'utf8').includes(TOKEN));
}

describe('a secret that the audit finds', { timeout: 300_000 }, () => {
  it('halts the build; the owner of its file fixes it, or a human does; only then the build ships, audited again', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    const rules = ['scaffold=leaks', 'build-web=hides', 'build-web.2=hides'];
    const end = shop.carryOn(...rules);
    expect({ code: end.code, step: end.step.kind }).toEqual({ code: 1, step: 'halted' });
    expect(end.halted).toMatch(/deploy\.mjs/);
    expect(end.halted).toMatch(/web\/token\.mjs/);
    expect(stageNow(shop)).toBe('5');
    expect(fixingAgents(shop)).toEqual([]);
    // Resumed, each owner fixes its own file once; the one of the module does not succeed.
    const again = shop.carryOn(...rules);
    expect(again.step).toMatchObject({ kind: 'halted' });
    expect(again.halted).toContain(`fix them in ${shop.integration} and commit`);
    expect(fixingAgents(shop)).toEqual(['build-web.2', 'scaffold.2']);
    expect(shop.read('prompts', 'build-web.2.md')).toContain('src/web/token.mjs');
    expect(shop.read('prompts', 'build-web.2.md')).not.toContain('deploy.mjs');
    expect(shop.read('prompts', 'scaffold.2.md')).toMatch(/## What you fix[\s\S]*deploy\.mjs/);
    expect(shop.read('prompts', 'scaffold.2.md')).not.toContain('src/web/token.mjs');
    // No fix cycle is left: the build waits until a human has fixed the file.
    for (const _ of ['once', 'and once more'])
      expect(shop.carryOn()).toMatchObject({
        code: 1,
        step: {
          kind: 'stuck',
          reason: expect.stringContaining('web/token.mjs'),
          command: `sao run ${shop.run}`,
        },
      });
    expect(stageNow(shop)).toBe('5');
    expect(shop.events('harden-begun')).toHaveLength(2);
    expect(fixingAgents(shop)).toEqual(['build-web.2', 'scaffold.2']);
    rmSync(join(shop.integration, 'src/web/token.mjs'));
    git(shop.integration, 'commit', '--quiet', '--all', '-m', 'Take the token out');
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.events('hardened').map(({ findings }) => findings.critical)).toEqual([2, 1, 0]);
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    // 1: git has found nothing.
    expect(tryGit(shop.project, 'grep', '-F', TOKEN, 'main').code).toBe(1);
    expect(leaks(shop)).toEqual([]);
  });
});

describe('a domain of the audit without a result', { timeout: 300_000 }, () => {
  it('halts the build; resumed, only what gave no result is repeated; the gate names a domain with fewer results', () => {
    const timeouts = { architect: 901, trainer: 902, scaffold: 903, builder: 904, qc: 905, assembler: 906 };
    const later = { fix: 907, shipper: 908, curator: 909 };
    const shop = new Shop(built.path, {
      ...{ modules: ['core'], hardening: 'agents', timeouts: { worker: 910, coordinator: 911 } },
      build: { timeouts: { ...timeouts, ...later } },
    });
    shop.begin();
    shop.approve('architect');
    const security = ['injection', 'access', 'secrets', 'supply', 'exposure'].map(
      (name) => `security-${name}`,
    );
    const silent = [...security, 'performance-hot-paths'].map((id) => `${id}=silent`);
    const end = shop.carryOn(...silent);
    expect({ code: end.code, step: end.step.kind }).toEqual({ code: 1, step: 'halted' });
    expect(end.halted).toContain('Security: 0 of 5 agents gave a result');
    expect(end.halted).not.toContain('Performance');
    const [hardened] = shop.events('hardened');
    expect(hardened?.coverage).toContainEqual({ domain: 'Security', by: 'agents', planned: 5, given: 0 });
    const status = shop.call('status', shop.run).stdout;
    expect(status).toContain('Security: 0 of 5 agents gave a result');
    expect(shop.read('pipeline.md')).toContain('Security: 0 of 5 agents gave a result');
    const runsBefore = shop.started().length;
    expect(shop.carryOn('performance-hot-paths=silent').step).toMatchObject({ kind: 'gate', stage: 'ship' });
    const audited = shop
      .started()
      .slice(runsBefore)
      .filter((id) => /^(?:security|performance|edge-cases|compliance)-/.test(id));
    expect([...new Set(audited)].sort()).toEqual([...security, 'performance-hot-paths'].sort());
    expect(new Set(shop.events('harden-begun').map(({ child }) => child)).size).toBe(1);
    // Each agent has the time limit of its role.
    const limitsOf = (dir: string) =>
      new Set(unwrap(readPlanFile(dir))?.agents.map((agent) => `${agent.role} ${agent.timeout}`));
    const own = ['architect 901', 'trainer 902', 'scaffold 903', 'builder 904', 'qc 905', 'shipper 908'];
    expect(limitsOf(shop.dir)).toEqual(new Set(own));
    const audit = shop.events('harden-begun')[0]?.child ?? '';
    expect(limitsOf(join(shop.runs, audit))).toEqual(new Set(['worker 910', 'coordinator 911']));
    const page = shop.call('gate', 'show', 'ship', shop.run).stdout;
    expect(page).toContain('Security 5/5 agents');
    expect(page).toMatch(/the audit is incomplete/);
    expect(shop.call('status', shop.run).stdout).toMatch(/Performance: \d of \d agents gave a result/);
    expect(shop.read('pipeline.md')).toMatch(/audit of Security: 5 of 5 agents gave a result/);
    expect(shop.read('pipeline.md')).toMatch(/audit of Performance: (\d) of (?!\1)\d agents gave a result/);
  });
});
