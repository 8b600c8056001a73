import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOMAINS } from '../../../src/audit/check/domains.ts';
import { CHECKS } from '../../../src/audit/checks/catalog.io.ts';
import type { Plan } from '../../../src/run/ledger/manifest.ts';
import type { Report } from '../../../src/run/report/report.ts';
import { Bench, findBuild } from '../../harness/sao.ts';

const built = findBuild();

const FILES = {
  'src/run.js':
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source that is audited
    "const { exec } = require('node:child_process');\nexports.run = (name) => exec(`ls ${name}`);\n",
  'src/load.js': 'exports.load = (text) => {\n  try {\n    return JSON.parse(text);\n  } catch {}\n};\n',
  'package.json': '{ "name": "sample", "version": "1.0.0" }\n',
};

function sample(env: NodeJS.ProcessEnv = {}): Bench {
  const bench = new Bench(built.path, env);
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(bench.project, path)), { recursive: true });
    writeFileSync(join(bench.project, path), text);
  }
  execFileSync('git', ['init', '-q'], { cwd: bench.project, env: bench.env });
  execFileSync('git', ['add', '.'], { cwd: bench.project, env: bench.env });
  return bench;
}

type AuditData = Report & { dir: string; files: string[] };

function audit(bench: Bench, ...args: string[]) {
  const ended = bench.call('audit', '.', '--json', ...args);
  return { ...ended, data: JSON.parse(ended.stdout).data as AuditData };
}

describe('sao audit', () => {
  it('leaves no unfinished run where the program of its driver is missing', () => {
    const bench = sample({ SAO_CLAUDE: 'no-such-client' });
    const ended = bench.call('audit', '.', '--driver', 'claude', '--json');
    expect(ended.code).toBe(3);
    expect(JSON.parse(ended.stdout).diagnostics[0].code).toBe('claude-missing');
    expect(JSON.parse(bench.call('list', '--json').stdout).data.runs).toEqual([]);
  });

  it('runs every built-in check in four domains, without a model, and ranks what they find', () => {
    const { code, data } = audit(sample());
    expect(code).toBe(0);
    expect(data.domains.map(({ id }) => id)).toEqual(DOMAINS.map(({ id }) => id));
    expect(data.counts.agents).toEqual({
      total: CHECKS.length + 4,
      done: CHECKS.length + 4,
      gaps: 0,
      open: 0,
    });
    for (const { workers } of data.domains) expect(workers).toBeGreaterThanOrEqual(3);
    const places = data.findings.map(({ severity, path, line }) => `${severity} ${path}:${line}`);
    expect(places).toContain('major src/run.js:2');
    expect(places.some((place) => place.endsWith('src/load.js:4'))).toBe(true);
    expect(data.files).toEqual(['report.md', 'report.json', 'report.sarif', 'report.html']);
    const saved = JSON.parse(readFileSync(join(data.dir, 'report.json'), 'utf8')) as Report;
    expect(saved.counts).toEqual(data.counts);
  });

  it('prints the ranked findings with file and line, and where the files are', () => {
    const { code, stdout, stderr } = sample().call('audit', '--only', 'dangerous-calls', 'compliance');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1\. \[major\] .* — src\/run\.js:2$/m);
    expect(stdout).toMatch(/report\.md, report\.json, report\.sarif, report\.html in \S+/);
    expect(stdout).not.toContain('\u001b');
    expect(stderr).not.toContain('Warning');
  });

  it.each([
    [['--fail-on', 'major', '--only', 'security'], 1],
    [['--fail-on', 'critical', '--only', 'security'], 0],
    [['--only', 'security'], 0],
  ])('%j ends with %d', (args, code) => {
    expect(sample().call('audit', ...args).code).toBe(code);
  });

  it('does not pass --fail-on over a part that it could not check', () => {
    const bench = sample();
    writeFileSync(join(bench.project, 'dump.sql'), '-- a dump\n'.repeat(1_800_000));
    const args = ['audit', '--only', 'secrets', '--fail-on', 'critical'];
    const refused = bench.call(...args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('1 part could not be checked');
    expect(refused.stdout).toContain('dump.sql');
    expect(bench.call(...args, '--allow-unchecked').code).toBe(0);
  });

  it('refuses a folder without files instead of reporting that nothing was found', () => {
    const { code, stdout } = new Bench(built.path).call('audit', '.', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout).diagnostics[0].code).toBe('audit-no-files');
  });

  it('prints a format as it is', () => {
    const { stdout } = sample().call('audit', '--only', 'security', '--format', 'sarif');
    expect(JSON.parse(stdout)).toMatchObject({ version: '2.1.0' });
  });

  it('works inside a session without a question: its commands are its own', () => {
    const { code, data } = audit(
      sample({ CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'session-1' }),
      '--only',
      'secrets',
    );
    expect({ code, ...data.counts.agents }).toMatchObject({ code: 0, done: 2, gaps: 0 });
  });

  it('has the same domains audited by agents', () => {
    const bench = sample({ SAO_CLAUDE: resolve('tests/harness/fake-claude.mjs') });
    bench.env.FAKE_TRACE = bench.trace;
    mkdirSync(join(bench.project, '.orchestration'));
    const timeouts = { worker: 901, coordinator: 902 };
    writeFileSync(join(bench.project, '.orchestration/config.json'), JSON.stringify({ timeouts }));
    const { code, data } = audit(bench, '--driver', 'claude');
    expect(code).toBe(0);
    const { agents: planned } = JSON.parse(readFileSync(join(data.dir, 'plan.json'), 'utf8')) as Plan;
    const limits = planned
      .filter(({ kind }) => kind === 'agent')
      .map((each) => `${each.role} ${each.timeout}`);
    expect(new Set(limits)).toEqual(new Set(['worker 901', 'coordinator 902']));
    // The checks and tools of all domains come first; agents get what they found.
    expect(data.domains.map(({ id }) => id)).toEqual(['checks', ...DOMAINS.map(({ id }) => id)]);
    for (const { workers } of data.domains) expect(workers).toBeGreaterThanOrEqual(3);
    // Checks, tools and their digests ask no model.
    const asked = data.cost.byModel.filter(({ model }) => model !== null);
    const agents = asked.reduce((sum, use) => sum + use.agents, 0);
    expect(agents).toBeGreaterThan(15);
    expect(data.cost.usd).toBeCloseTo(0.25 * agents);
    expect(bench.traced('start').find(({ id }) => id === 'security-injection')?.prompt).toContain(
      'Trace external input',
    );
  });

  it.each([
    [['audit', 'missing'], 'there is no folder'],
    [['audit', '--only', 'nothing'], '"nothing" is not a domain, check or tool'],
    [['audit', '--driver', 'command'], '--driver command --command'],
    [['check', 'nothing'], 'there is no check "nothing"'],
  ])('%j is told what is wrong', (args, words) => {
    const { code, stderr } = sample().call(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).toContain('Fix: ');
  });
});

describe('sao check', () => {
  it('prints findings as workers list them', () => {
    const { code, stdout } = sample().call('check', 'dangerous-calls');
    expect(code).toBe(0);
    expect(stdout).toMatch(/## Findings\n- \[major\] .* — src\/run\.js:2 — /);
  });
});

describe('an audit whose registry refuses the question about advisories', () => {
  it('is not clean: the lock file was not checked, and --fail-on ends with 1', async () => {
    const asked: string[] = [];
    const registry = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(405).end('Method Not Allowed');
    });
    registry.listen(0, '127.0.0.1');
    await once(registry, 'listening');
    const { port } = registry.address() as AddressInfo;
    try {
      const bench = sample({ npm_config_registry: `http://127.0.0.1:${port}/` });
      const packages = {
        '': { name: 'sample', version: '1.0.0', dependencies: { left: '1.0.0' } },
        'node_modules/left': { version: '1.0.0' },
      };
      const lock = { name: 'sample', version: '1.0.0', lockfileVersion: 3, packages };
      writeFileSync(join(bench.project, 'package-lock.json'), JSON.stringify(lock));
      execFileSync('git', ['add', '.'], { cwd: bench.project, env: bench.env });
      const args = ['audit', '.', '--only', 'dependency-advisories', '--json'];
      const answer = await bench.start(...args, '--fail-on', 'critical').ended;
      const { data, diagnostics } = JSON.parse(answer.stdout) as {
        data: AuditData;
        diagnostics: { code: string }[];
      };
      expect(asked.some((line) => line.startsWith('POST'))).toBe(true);
      expect({ code: answer.code, unchecked: data.unchecked, found: data.findings }).toEqual({
        code: 1,
        unchecked: 1,
        found: [],
      });
      expect(diagnostics.map(({ code }) => code)).toContain('audit-unchecked');
      expect((await bench.start(...args, '--fail-on', 'critical', '--allow-unchecked').ended).code).toBe(0);
      expect((await bench.start(...args).ended).code).toBe(0);
    } finally {
      registry.close();
    }
  });
});
