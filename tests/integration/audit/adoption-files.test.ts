import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Bench, findBuild } from '../../harness/sao.ts';

const EVAL = 'exports.run = (text) => eval(text);\n';

function makeBench(): Bench {
  const bench = new Bench(findBuild().path);
  writeFileSync(join(bench.project, 'a.js'), EVAL);
  execFileSync('git', ['init', '-q'], { cwd: bench.project });
  execFileSync('git', ['add', '-A'], { cwd: bench.project });
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  execFileSync('git', [...who, 'commit', '-qm', 'x'], { cwd: bench.project });
  // Where the action's own files are; the program starts with the Node of PATH.
  mkdirSync(join(bench.home, 'action'));
  symlinkSync(dirname(bench.sao), join(bench.home, 'action', 'bin'));
  return bench;
}

interface Action {
  inputs: Record<string, { default: string; description: string }>;
  runs: { steps: { run: string; env: Record<string, string> }[] };
}

const action = parse(readFileSync('action.yml', 'utf8')) as Action;

/** Runs the action's step as GitHub does: with inputs or their defaults in the variables that the step names. */
function runAction(bench: Bench, inputs: Record<string, string>) {
  const [step] = action.runs.steps;
  const env = Object.fromEntries(
    Object.entries(step?.env ?? {}).map(([name, value]) => {
      const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)?.[1] ?? '';
      expect(Object.keys(action.inputs)).toContain(input);
      return [name, inputs[input] ?? action.inputs[input]?.default ?? ''];
    }),
  );
  const output = join(bench.home, 'github-output');
  writeFileSync(output, '');
  const places = { GITHUB_ACTION_PATH: join(bench.home, 'action'), GITHUB_OUTPUT: output };
  const ended = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', step?.run ?? ''], {
    cwd: bench.project,
    env: { ...bench.env, ...places, ...env },
    encoding: 'utf8',
  });
  return { ...ended, output: readFileSync(output, 'utf8') };
}

describe('the GitHub Action', () => {
  it('passes every input, and takes no value for a part of the script', () => {
    const [step] = action.runs.steps;
    const used = Object.values(step?.env ?? {}).map((value) => /inputs\.([a-z-]+)/.exec(value)?.[1]);
    expect(used.sort()).toEqual(Object.keys(action.inputs).sort());
    expect(step?.run).not.toContain('${{');
  });

  it('fails on findings, writes SARIF, and names the file', () => {
    const bench = makeBench();
    const ended = runAction(bench, { only: 'dangerous-calls' });
    expect([ended.status, ended.output]).toEqual([1, 'report=sao-audit.sarif\n']);
    const sarif = JSON.parse(readFileSync(join(bench.project, 'sao-audit.sarif'), 'utf8'));
    expect(sarif.runs[0].results[0].ruleId).toBe('eval-call');
  });

  it('passes without new findings, and starts nothing that a value names', () => {
    const bench = makeBench();
    const more = { only: 'dangerous-calls', output: 'out dir/$(touch pwned).sarif' };
    const ended = runAction(bench, { ...more, 'baseline-commit': 'HEAD' });
    expect([ended.status, ended.stderr]).toEqual([0, expect.anything()]);
    expect(existsSync(join(bench.project, 'pwned'))).toBe(false);
    expect(existsSync(join(bench.project, more.output))).toBe(true);
    expect(runAction(bench, { ...more, changed: 'HEAD' }).status).toBe(0);
  });
});

describe('the pre-commit hook', () => {
  const [hook] = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8')) as {
    entry: string;
    args: string[];
    language: string;
  }[];

  it('stops a commit with a new finding', () => {
    const bench = makeBench();
    const call = () =>
      spawnSync(
        join(bench.home, 'action', hook?.entry ?? ''),
        [...(hook?.args ?? []), '--only', 'dangerous-calls'],
        {
          cwd: bench.project,
          env: bench.env,
          encoding: 'utf8',
        },
      );
    expect(hook?.language).toBe('script');
    expect(call().status).toBe(0);
    writeFileSync(join(bench.project, 'b.js'), EVAL);
    const refused = call();
    expect([refused.status, refused.stdout]).toEqual([1, expect.stringContaining('b.js:1')]);
    expect(refused.stdout).not.toContain('a.js:1');
  });
});
