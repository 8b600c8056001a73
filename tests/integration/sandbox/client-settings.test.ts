import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasSandbox, PRINT_DONE, sandboxTitle, writeProgram } from '../../harness/sandbox.ts';
import { Bench, domainsOf, findBuild } from '../../harness/sao.ts';
import { waitUntil } from '../../harness/wait.ts';

const built = findBuild();
const title = sandboxTitle("the client's settings of a project in the sandbox");
const DONE = `${PRINT_DONE} > "$SAO_OUTPUT"`;

function commitAll(project: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@t', ...args], { cwd: project });
  git('init', '-q');
  git('add', '--all');
  git('commit', '-q', '--allow-empty', '-m', 'start');
}

const statusOf = (project: string) =>
  execFileSync('git', ['status', '--porcelain', '--untracked-files=all'], {
    cwd: project,
    encoding: 'utf8',
  });

describe.skipIf(!hasSandbox)(title, () => {
  const attempt = (bench: Bench, attempts: Record<string, string>) => {
    const run = bench.plan(domainsOf([1]));
    const said = join(bench.home, 'said');
    writeFileSync(said, '');
    const lines = Object.entries(attempts).map(
      ([name, script]) => `if (${script}) >/dev/null 2>&1; then echo ${name} >> ${said}; fi`,
    );
    const program = writeProgram(bench, [...lines, DONE].join('\n'));
    const driven = run.driven(program);
    return { program, driven, said: () => [...new Set(readFileSync(said, 'utf8').trim().split('\n'))] };
  };

  it('are not made by an agent where they are missing, and nothing is left that git shows', () => {
    const bench = new Bench(built.path);
    commitAll(bench.project);
    const { driven, said } = attempt(bench, {
      settings: 'mkdir -p .claude && echo {} > .claude/settings.json',
      local: 'echo {} > .claude/settings.local.json',
      skill: 'mkdir -p .claude/skills/x',
      removed: 'rm -r .claude',
      moved: 'mv .claude .claude2',
      servers: 'echo {} > .mcp.json',
      replaced: 'echo {} > x.json && mv -T x.json .mcp.json',
      clean: '[ -z "$(git status --porcelain | grep -v x.json)" ]',
      project: 'echo x > made.txt',
    });
    expect(bench.call(...driven).code).toBe(0);
    expect(said()).toEqual(['clean', 'project']);
    expect(readdirSync(bench.project).sort()).toEqual(['.git', 'made.txt', 'x.json']);
  });

  it('are read and not written where they are, also above the folder that agents work in', () => {
    const bench = new Bench(built.path, {}, 'test', 'project/packages/api');
    const top = join(bench.home, 'project');
    mkdirSync(join(top, '.claude/agent-memory'), { recursive: true });
    mkdirSync(join(bench.project, '.claude/hooks'), { recursive: true });
    writeFileSync(join(top, '.claude/settings.json'), '{"a":1}\n');
    writeFileSync(join(bench.project, '.claude/hooks/x.sh'), 'true\n');
    writeFileSync(join(top, '.mcp.json'), '{}\n');
    writeFileSync(join(top, '.claude/agent-memory/x.md'), 'x\n');
    commitAll(top);
    const { driven, said } = attempt(bench, {
      changed: `echo {} > ${top}/.claude/settings.json`,
      made: `touch ${top}/.claude/x`,
      servers: `echo {} > ${top}/.mcp.json`,
      hook: 'echo x > .claude/hooks/x.sh',
      inner: 'echo x > .mcp.json',
      moved: 'mv .claude c2',
      read: `grep -q a ${top}/.claude/settings.json`,
      memory: `touch ${top}/.claude/agent-memory/y.md`,
    });
    expect(bench.call(...driven).code).toBe(0);
    expect(said()).toEqual(['read', 'memory']);
    expect(statusOf(top)).toBe('?? .claude/agent-memory/y.md\n');
  });

  it('are written where the user names them, which is a finding', () => {
    const bench = new Bench(built.path);
    mkdirSync(join(bench.project, '.claude'));
    const { program, driven } = attempt(bench, { settings: 'echo {} > .claude/settings.json' });
    bench.configure({ sandboxWritable: [join(bench.project, '.claude')], allowCommands: [program] });
    const { code, stdout } = bench.call(...driven);
    expect(code).toBe(0);
    expect(existsSync(join(bench.project, '.claude/settings.json'))).toBe(true);
    expect(bench.callWarm('status').stdout + stdout).toContain(
      'client settings changed: .claude/settings.json (while a1 worked)',
    );
  });

  it('leave nothing in the home and in the project after a killed run, once any other call was made', async () => {
    const bench = new Bench(built.path);
    bench.env.XDG_CONFIG_HOME = join(bench.home, 'user/.config');
    const { program } = attempt(bench, { hang: 'exec sleep 60' });
    const home = join(bench.home, 'user');
    mkdirSync(join(home, '.claude'));
    const run = bench.plan(domainsOf([1]));
    const { child, ended } = bench.start(...run.driven(program));
    await waitUntil(
      () => existsSync(join(home, '.claude/settings.json')) && existsSync(join(bench.project, '.mcp.json')),
    );
    child.kill('SIGKILL');
    await ended;
    expect(bench.call('doctor').code).not.toBe(null);
    expect(readdirSync(bench.project)).toEqual([]);
    expect(readdirSync(home, { recursive: true })).toEqual(['.claude']);
  });
});

describe("the client's settings of a project without the sandbox", () => {
  it('are a finding of the engine if they change while agents work, in the status and the report', () => {
    const bench = new Bench(built.path);
    mkdirSync(join(bench.project, '.claude'));
    writeFileSync(join(bench.project, '.claude/settings.json'), '{}\n');
    commitAll(bench.project);
    const run = bench.plan(domainsOf([2]));
    const script =
      '[ "$SAO_AGENT_ID" = a1 ] && echo {x} > .claude/settings.json && mkdir -p .claude/skills/s && echo x > .claude/skills/s/SKILL.md';
    const program = writeProgram(bench, `${script}\n${DONE}`);
    const driven = run.driven(program);
    bench.configure({ sandbox: 'off', allowCommands: [program] });
    expect(bench.call(...driven).code).toBe(0);
    const report = JSON.parse(bench.callWarm('report', '--json').stdout).data as {
      findings: { severity: string; path: string; workers: string[] }[];
    };
    expect(report.findings.map(({ severity, path }) => [severity, path])).toEqual([
      ['major', '.claude/settings.json'],
      ['major', '.claude/skills/s/SKILL.md'],
    ]);
    // An agent that ends between the two writes gives them an event each.
    const changes = run
      .ledger()
      .flatMap((entry) => (entry.type === 'client-settings-changed' ? [entry] : []));
    expect(changes.flatMap(({ paths }) => paths)).toEqual([
      '.claude/settings.json',
      '.claude/skills/s/SKILL.md',
    ]);
    expect(changes.every(({ agents }) => agents.includes('a1'))).toBe(true);
    expect(bench.callWarm('status', run.id).stdout).toContain(
      'client settings changed: .claude/settings.json (while',
    );
  });
});
