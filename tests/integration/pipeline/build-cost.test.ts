import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRunState } from '../../../src/run/ledger/run-state.io.ts';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';

const built = findBuild();

describe('the bound of a build’s cost', { timeout: 300_000 }, () => {
  it('bounds its audit too; the build says that its audit was halted by it, and shows one sum everywhere', () => {
    const shop = new Shop(built.path, { modules: ['core'], hardening: 'agents' });
    shop.env.CLAUDE_CODE_MAX_OUTPUT_TOKENS = '128000';
    shop.env.SAO_CLAUDE = resolve('tests/harness/build-claude.mjs');
    const agent = [process.execPath, resolve('tests/harness/build-agent.mjs'), shop.trace, 'modules=core'];
    shop.env.BUILD_AGENT = JSON.stringify(agent);
    const drive = (bound: string) => shop.call('run', shop.run, '--driver', 'claude', '--max-cost', bound);
    const begun = shop.call('build', 'A small shop', '--driver', 'claude', '--max-cost', '4');
    expect(begun.stderr + begun.stdout).toContain('sao gate show architect');
    shop.locate();
    shop.approve('architect');
    const first = drive('4');
    const audit = shop.events('harden-begun')[0]?.child ?? '';
    const own = readRunState(shop.dir).costUsd;
    const ofAudit = readRunState(shop.dir.replace(shop.run, audit)).costUsd;
    expect(ofAudit).toBeGreaterThan(0.1);
    expect(own + ofAudit).toBeLessThanOrEqual(4);
    const sum = `$${(own + ofAudit).toFixed(2)}, of which $${ofAudit.toFixed(2)} for audits`;
    expect(first.stdout).toContain(
      `spent: ${sum}\nhalted: the audit ${audit} of the integrated code is halted: `,
    );
    expect(first.stdout).toContain('the rest of --max-cost $4.00 does not cover one more agent');
    expect(first.stdout).toContain("--driver claude --max-cost '<a higher bound>'");
    const status = shop.call('status', shop.run).stdout;
    expect(status).toContain(`cost: ${sum}`);
    expect(status).toMatch(/: halted,/);
    expect(shop.read('pipeline.md')).toContain(`- agents cost ${sum}`);
    const second = drive('100');
    expect(second.stdout).toContain('a human decides: sao gate show ship');
    const total = own + readRunState(shop.dir.replace(shop.run, audit)).costUsd;
    expect(total).toBeGreaterThan(4);
    expect(shop.call('gate', 'show', 'ship', shop.run).stdout).toMatch(
      /Cost\n {2}\$\d+\.\d\d, of which \$\d+\.\d\d for audits\n/,
    );
  });
});
