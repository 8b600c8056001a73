import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckReport } from '../../../src/audit/check/check.ts';
import { runExternalTool } from '../../../src/audit/tools/run-tool.io.ts';
import { ruleOfTitle } from '../../../src/findings/rule.ts';
import type { ToolName } from '../../../src/findings/tool-names.ts';
import type { Report } from '../../../src/run/report/report.ts';
import { unwrap } from '../../../src/system/result.ts';
import { SAMPLE_REPORTS } from '../../fixtures/tools/reports.ts';
import { writeFakeTool } from '../../harness/fake-tools.ts';
import { Bench, findBuild } from '../../harness/sao.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { leakedToken } from '../../harness/shop.mjs';

const SYSTEM_PATH = '/usr/bin:/bin';

function writeProject(files: Record<string, string>): string {
  const project = join(makeScratch(), 'project');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  execFileSync('git', ['init', '-q'], { cwd: project });
  return project;
}

async function examine(
  name: ToolName,
  project: string,
  { path = SYSTEM_PATH, allowsProjectCode = false, timeout = 60 } = {},
): Promise<CheckReport> {
  return unwrap(
    await runExternalTool(name, { project, env: { ...process.env, PATH: path }, allowsProjectCode, timeout }),
  );
}

const PYTHON = { 'job.py': 'import subprocess\nsubprocess.call(x, shell=True)\n' };

describe('a tool', () => {
  it.each(SAMPLE_REPORTS)(
    '$tool is found on PATH, started and read',
    async ({ tool, report, expected, files, code }) => {
      const project = writeProject(files);
      const programs = join(makeScratch(), 'bin');
      writeFakeTool(programs, tool, JSON.stringify(report(project)), { code });
      const result = await examine(tool as ToolName, project, {
        path: `${programs}:${SYSTEM_PATH}`,
        allowsProjectCode: tool === 'eslint' || tool === 'secretlint',
      });
      const [finding] = result.findings;
      const place = `${finding?.path}${finding?.line === undefined ? '' : `:${finding.line}`}`;
      expect(expected).toContain([finding?.severity, ruleOfTitle(finding?.title ?? ''), place].join(' '));
      expect(result.findings).toHaveLength(1);
      expect(result.unchecked).toEqual([]);
      expect(result.notes[0]).toBe(`Tool: ${tool} 9.8.7`);
      // A report's file ends as its format, which some tools choose by the name.
      const written = join(programs, `.${tool}.out`);
      const format = 'runs' in (report(project) as object) ? 'sarif' : 'json';
      if (existsSync(written)) expect(readFileSync(written, 'utf8')).toBe(`report-1.${format}\n`);
    },
  );

  it.each([
    [
      'fails',
      { code: 2, before: 'echo "bandit: error: no such option" >&2' },
      '',
      'exit code 2: bandit: error: no such option',
    ],
    ['fails after a report', { code: 3 }, '{"results": []}', 'exit code 3'],
    ['prints nonsense', {}, 'all good', 'it wrote no report that can be read'],
    ['prints nothing', {}, '', 'it wrote no report that can be read'],
    ['is killed', { before: 'kill -9 $$' }, '{"results": []}', 'it was ended by SIGKILL'],
    ['hangs', { before: 'sleep 60' }, '{"results": []}', 'no result within 1 s'],
  ])('that %s is listed as not checked', async (_, how, report, why) => {
    const programs = join(makeScratch(), 'bin');
    writeFakeTool(programs, 'bandit', report, how);
    const result = await examine('bandit', writeProject(PYTHON), {
      path: `${programs}:${SYSTEM_PATH}`,
      timeout: 'before' in how && how.before.startsWith('sleep') ? 1 : 60,
    });
    expect(result.findings).toEqual([]);
    expect(result.unchecked?.join()).toContain(`bandit: ${why}`);
  });

  it('is silent about a line with our mark for its rule, and counts it', async () => {
    const project = writeProject({
      'job.py':
        'import subprocess\nsubprocess.call(x, shell=True)  # sao-ignore: bandit/B602 x is a constant of ours\n',
    });
    const programs = join(makeScratch(), 'bin');
    const [sample] = SAMPLE_REPORTS.filter(({ tool }) => tool === 'bandit');
    writeFakeTool(programs, 'bandit', JSON.stringify(sample?.report(project)), { code: 1 });
    const result = await examine('bandit', project, { path: `${programs}:${SYSTEM_PATH}` });
    expect(result).toMatchObject({
      findings: [],
      suppressed: [{ line: 2, reason: 'x is a constant of ours' }],
    });
  });

  it('that is not installed is listed as not checked, with the way to install it', async () => {
    const result = await examine('gosec', writeProject({ 'go.mod': 'module x\n' }), { path: '/nowhere' });
    expect(result.unchecked).toEqual(['gosec: not installed (https://github.com/securego/gosec)']);
  });

  it('without a file to examine is not started', async () => {
    const result = await examine('bandit', writeProject({ 'a.txt': 'x\n' }), { path: '/nowhere' });
    expect(result.unchecked).toEqual([]);
    expect(result.notes).toEqual(['bandit has nothing to examine here: it looks for vulnerable Python.']);
  });
});

describe("the project's own programs", () => {
  const trap = (project: string) => ({ before: `touch '${project}/started'` });

  it('do not run from PATH, where package managers put them', async () => {
    const project = writeProject(PYTHON);
    const own = join(project, 'node_modules', '.bin');
    writeFakeTool(own, 'bandit', '{"results": []}', trap(project));
    const result = await examine('bandit', project, { path: `${own}:./node_modules/.bin:/nowhere` });
    expect(result.unchecked?.[0]).toContain('not installed');
    expect(existsSync(join(project, 'started'))).toBe(false);
  });

  it('run only with consent, and so do programs that run its configuration', async () => {
    const project = writeProject({ 'eslint.config.js': 'export default [];\n' });
    const own = join(project, 'node_modules', '.bin');
    writeFakeTool(own, 'eslint', '[]', trap(project));
    const programs = join(makeScratch(), 'bin');
    writeFakeTool(programs, 'eslint', '[]', trap(project));
    const refused = await examine('eslint', project, { path: `${programs}:${SYSTEM_PATH}` });
    expect(refused.unchecked?.[0]).toContain('allow it with --project-code');
    expect(existsSync(join(project, 'started'))).toBe(false);
    const allowed = await examine('eslint', project, { path: SYSTEM_PATH, allowsProjectCode: true });
    expect(allowed).toMatchObject({ findings: [], unchecked: [] });
    expect(allowed.notes[1]).toContain("the project's own copy");
    expect(existsSync(join(project, 'started'))).toBe(true);
  });
});

describe('sao audit with tools', () => {
  /** A project in which a built-in check and bandit find the same fault, and bandit one more. */
  function makeBench(): Bench {
    const bench = new Bench(findBuild().path);
    const programs = join(bench.home, 'tools');
    writeFileSync(join(bench.project, 'job.py'), 'import os\nos.system("ls " + name)\nexec(name)\n');
    execFileSync('git', ['init', '-q'], { cwd: bench.project });
    const issue = (test_id: string, line_number: number) => ({
      filename: './job.py',
      issue_severity: 'HIGH',
      issue_text: `Issue ${test_id}.`,
      line_number,
      test_id,
    });
    writeFakeTool(
      programs,
      'bandit',
      JSON.stringify({ errors: [], results: [issue('B605', 2), issue('B102', 3)] }),
      { code: 1 },
    );
    bench.env.PATH = `${programs}:${process.env.PATH}`;
    return bench;
  }

  it('starts the installed tools, and merges what they find with its own findings', () => {
    const bench = makeBench();
    const { stdout, code } = bench.call('audit', '.', '--only', 'dangerous-calls,bandit', '--json');
    expect(code).toBe(0);
    const report = JSON.parse(stdout).data as Report;
    expect(report.tools).toEqual([{ name: 'bandit', version: '9.8.7', complete: true, findings: 2 }]);
    const shown = report.findings.map(({ rule, line, workers, sources }) => ({
      rule,
      line,
      workers,
      from: sources.map((each) => `${each.tool}/${each.rule}`),
    }));
    expect(shown).toContainEqual({
      rule: 'shell-injection',
      line: 2,
      workers: ['bandit', 'dangerous-calls'],
      from: ['sao/shell-injection', 'bandit/B605'],
    });
    expect(shown.filter(({ line }) => line === 2)).toHaveLength(1);
  });

  it('does not pass --fail-on over a tool that was named and did not work', () => {
    const bench = makeBench();
    writeFakeTool(join(bench.home, 'tools'), 'bandit', 'nonsense');
    const args = ['audit', '.', '--only', 'bandit', '--fail-on', 'critical'];
    const refused = bench.call(...args);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('bandit: it wrote no report');
    expect(bench.call('audit', '.', '--tools', 'none', '--only', 'bandit').code).toBe(2);
  });

  it('runs a tool of the project with the consent of the caller, and not for an agent with another command', () => {
    const bench = makeBench();
    const { project } = bench;
    writeFileSync(join(project, 'eslint.config.js'), 'export default [];\n');
    writeFakeTool(join(project, 'node_modules', '.bin'), 'eslint', '[]', {
      before: `touch '${project}/started'`,
    });
    const { stdout } = bench.call('audit', '.', '--only', 'eslint,bandit', '--project-code', '--json');
    const tools = (JSON.parse(stdout).data as Report).tools ?? [];
    expect(tools.map(({ name, complete }) => [name, complete])).toContainEqual(['eslint', true]);
    expect(existsSync(join(project, 'started'))).toBe(true);
    const [run = ''] = readdirSync(join(bench.home, 'runs')).filter((name) => /^\d{8}-/.test(name));
    bench.env.SAO_RUN_DIR = join(bench.home, 'runs', run);
    const refusalOf = (agent: string, ...more: string[]) => {
      bench.env.SAO_AGENT_ID = agent;
      return bench.call('tool', 'eslint', '.', '--timeout', '600', '--project-code', ...more).stderr;
    };
    expect(refusalOf('eslint')).not.toContain('an agent may not call');
    expect(refusalOf('bandit')).toContain('an agent may not call');
    bench.env.SAO_RUN_DIR = join(bench.home, 'runs', 'none');
    expect(refusalOf('eslint')).toContain('an agent may not call');
  });

  it('lists the tools, and lets no session run code of the project', () => {
    const bench = makeBench();
    const { stdout, code } = bench.call('audit', '--list-tools');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^bandit +runs +9\.8\.7 /m);
    bench.env.CLAUDECODE = '1';
    const refused = bench.call('audit', '.', '--project-code', '--json');
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout).diagnostics[0].code).toBe('audit-project-code-by-session');
  });
});

/** Real programs: those that are installed here. `.ci/run` installs all of them. */
describe('real tools', () => {
  const path = process.env.PATH ?? '';
  const has = (name: string) => path.split(':').some((folder) => existsSync(join(folder, name)));
  const placesOf = ({ findings }: CheckReport) =>
    findings.map(({ title, path: file, line }) => `${ruleOfTitle(title)} ${file}:${line}`);
  const cases: [ToolName, Record<string, string>, string][] = [
    ['bandit', PYTHON, 'bandit/B602 job.py:2'],
    [
      'shellcheck',
      { 'go.sh': '#!/bin/sh\nif [ $1 == "x" ]; then\n  echo y\nfi\n' },
      'shellcheck/SC3014 go.sh:2',
    ],
    [
      'flawfinder',
      { 'copy.c': '#include <string.h>\nvoid f(char *a, char *b) { strcpy(a, b); }\n' },
      'flawfinder/FF1001 copy.c:2',
    ],
  ];
  it.each(cases)('%s', async (name, files, expected) => {
    if (!has(name)) return skipLoudly(name);
    const result = await examine(name, writeProject(files), { path });
    expect(result.unchecked).toEqual([]);
    expect(placesOf(result)).toContain(expected);
  });

  const packages = process.env.SAO_TEST_NODE_TOOLS;
  const ESLINT = `import security from 'eslint-plugin-security';
export default [{ files: ['**/*.js'], plugins: { security }, rules: { 'no-eval': 'error', 'security/detect-child-process': 'error' } }];
`;
  const projectCases: [ToolName, Record<string, string>, string[]][] = [
    [
      'eslint',
      {
        'eslint.config.mjs': ESLINT,
        'a.js': "const cp = require('child_process');\ncp.exec('ls ' + x);\neval(x);\n",
      },
      ['eslint/security/detect-child-process a.js:2', 'eslint/no-eval a.js:3'],
    ],
    [
      'secretlint',
      {
        '.secretlintrc.json': '{ "rules": [{ "id": "@secretlint/secretlint-rule-preset-recommend" }] }\n',
        'key.txt': `token = '${leakedToken()}'\n`,
      },
      ['secretlint/github key.txt:1'],
    ],
  ];
  it.each(projectCases)("%s, the project's own", async (name, files, expected) => {
    if (packages === undefined) return skipLoudly(name);
    const project = writeProject({ ...files, '.gitignore': 'node_modules\n' });
    symlinkSync(join(packages, 'node_modules'), join(project, 'node_modules'));
    const result = await examine(name, project, { path, allowsProjectCode: true });
    expect(result.unchecked).toEqual([]);
    expect(placesOf(result)).toEqual(expected);
  });
});

function skipLoudly(name: string): void {
  console.warn(`SKIPPED: ${name} is not installed, so the audit was not tested with the real program`);
}
