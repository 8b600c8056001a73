import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { conflictHash, hashReport } from '../../../../src/contract/hash.ts';
import { readContractFiles } from '../../../../src/contract/read.io.ts';
import { hashToken } from '../../../../src/run/ledger/human-proof.ts';
import { replayLedger } from '../../../../src/run/ledger/state.ts';
import { appendEvents, readLedger } from '../../../../src/run/ledger/store.io.ts';
import { onBash } from '../../../../src/session/hooks/bash.io.ts';
import { unwrap } from '../../../../src/system/result.ts';
import { approvalOf, identify } from '../../../harness/approvals.ts';
import { BuildRun, decisionOf, RUN } from '../../../harness/build-run.ts';
import { write } from '../../../hazards/git-scratch.ts';

function prepare() {
  const run = new BuildRun();
  const auth = join(run.dir, 'builds', 'auth');
  const pay = join(run.dir, 'builds', 'pay');
  for (const tree of [auth, pay]) mkdirSync(join(tree, 'src'), { recursive: true });
  /** The decision on a command of an agent (null: an unknown subagent; undefined: the parent). */
  const bash = async (command: string, who?: string | null, cwd = auth) => {
    const by = who === undefined ? {} : run.by(who ?? undefined, cwd);
    return decisionOf(await onBash(run.call('Bash', { command }, by), run.env, new Date()));
  };
  const asked = (stage: 'architect' | 'ship' = 'architect') =>
    replayLedger(readLedger(run.dir)).gates.get(stage)?.asked ?? new Map<string, string>();
  return { run, auth, pay, bash, asked };
}

const tokenOf = (input: Record<string, unknown>) =>
  /^SAO_APPROVAL=(\w{32}) /.exec(String(input.command))?.[1] ?? '';

describe('a call that answers a gate', () => {
  it('becomes a question that shows the work at the gate; the ledger contains only the hash of the token', async () => {
    const { run, bash, asked } = prepare();
    const { decision, reason, input } = await bash('sao gate approve architect');
    expect(decision).toBe('ask');
    expect(reason).toContain(`APPROVE the gate of run ${RUN}`);
    for (const line of [
      'architect (stage 1)',
      'test command: npm test',
      'npm run test:all',
      'auth, pay',
      'architecture.md',
    ])
      expect(reason).toContain(line);
    const token = tokenOf(input);
    expect(input.command).toBe(`SAO_APPROVAL=${token} sao gate approve architect`);
    const [[tokenHash, hash] = []] = [...asked()];
    expect(tokenHash).toBe(hashToken(token));
    expect(reason).toContain((hash ?? '').slice(0, 16));
    expect(readFileSync(join(run.dir, 'ledger.jsonl'), 'utf8')).not.toContain(token);
  });

  it('asks for a rejection too', async () => {
    const { bash } = prepare();
    const { decision, reason } = await bash(`sao gate reject 1 ${RUN} --note 'Fewer modules'`);
    expect([decision, reason]).toEqual(['ask', expect.stringContaining('REJECT')]);
  });

  it.each([
    'sao next && sao gate approve architect',
    'X=sao; $X gate approve architect',
    'A=approve; sao gate $A architect',
    'SAO_APPROVAL=invented sao gate approve architect',
    'sh -c "sao gate approve"',
  ])('is no less a question as %s, but a yes to it answers nothing', async (command) => {
    const { bash, asked } = prepare();
    const { decision, reason, input } = await bash(command);
    expect([decision, tokenOf(input)]).toEqual(['ask', '']);
    expect(reason).toContain('but a yes answers none: only a plain call');
    expect(asked().size).toBe(0);
  });

  it('is about every gate that has something to approve where it names none', async () => {
    const { bash, asked } = prepare();
    const { reason } = await bash('X=sao; $X gate approve $STAGE');
    expect(reason).toContain('architect (stage 1)');
    expect(reason).toContain('ship (stage 6)');
    expect([asked('architect').size, asked('ship').size]).toEqual([0, 0]);
  });

  it.each([['build-auth'], [null]])('is denied to the agent %s, token or not', async (who) => {
    const { bash, asked } = prepare();
    for (const command of [
      'sao gate approve architect',
      'SAO_APPROVAL=x sao gate approve architect',
      'sao conflict resolve auth-x',
    ])
      expect(await bash(command, who)).toMatchObject({
        decision: 'deny',
        reason: expect.stringContaining('that a human has to make'),
      });
    expect(asked().size).toBe(0);
  });

  it('is left to the command itself, which refuses, if there is nothing at the gate', async () => {
    const { run, bash } = prepare();
    expect((await bash(`sao gate approve architect 20250101-000000-00000000`)).decision).toBe('none');
    expect((await bash(`sao gate approve nonsense ${run.dir}`)).decision).toBe('none');
  });
});

describe('a call that resolves a conflict', () => {
  const REPORT = '# Tokens expire too early\n\n## Contract\n15 minutes.\n';
  function withReports() {
    const all = prepare();
    for (const [module, name] of [
      ['auth', 'auth-tokens'],
      ['auth', 'auth-tokens-2'],
      ['pay', 'pay-tax'],
    ] as const)
      write(join(all.run.dir, 'builds', module), { [`.orchestration/conflicts/${name}.md`]: REPORT });
    // An older one that has been merged.
    write(all.run.integration, { '.orchestration/conflicts/auth-tokens.md': 'old' });
    const files = unwrap(readContractFiles(all.run.integration));
    const hashOf = (name: string) => conflictHash(files, { name, hash: hashReport(REPORT) });
    const askedHashes = () => replayLedger(readLedger(all.run.dir)).build.askedConflicts;
    return { ...all, hashOf, askedHashes };
  }

  it.each([
    'sao conflict resolve auth-tokens --adapt --note x',
    `sao conflict resolve ${RUN} auth-tokens --note x`,
    'sao next; sao conflict resolve auth-tokens.md',
    "N='auth-tokens'; sao conflict resolve $N",
  ])('is a question that shows the report, as %s', async (command) => {
    const { bash, hashOf, askedHashes } = withReports();
    const { decision, reason, input } = await bash(command);
    expect(decision).toBe('ask');
    expect(reason).toContain('15 minutes.');
    expect(reason).toContain('builds/auth/.orchestration/conflicts/auth-tokens.md');
    expect([...askedHashes()]).toEqual([[hashToken(tokenOf(input)), hashOf('auth-tokens')]]);
  });

  it('is good for one answer', async () => {
    const { run, bash, askedHashes } = withReports();
    await bash('sao conflict resolve pay-tax');
    expect(askedHashes().size).toBe(1);
    const decision = { conflict: 'pay-tax', hash: 'h', decision: 'adapt' } as const;
    const approval = approvalOf({
      ...{ stage: 'conflict/pay-tax', hash: 'h', action: 'adapt' },
      ...identify(run.dir),
    });
    appendEvents(run.dir, [{ type: 'conflict-approved', ...decision, ...approval }], new Date());
    expect(askedHashes().size).toBe(0);
  });

  it('is left to the command itself, which refuses, where there is no such report', async () => {
    const { bash } = withReports();
    expect((await bash('sao conflict resolve auth-other')).decision).toBe('none');
    expect((await prepare().bash('sao conflict resolve auth-tokens')).decision).toBe('none');
  });
});

describe('a call that only reads', () => {
  it.each([
    'sao gate list',
    'sao gate show architect',
    'sao contract check',
    'sao contract diff',
    'sao conflict list',
    'sao conflict show auth-x',
    'sao training stats',
    'sao worktree list',
    'sao rescue show',
    "sao build 'A shop'",
    'sao next',
  ])('%s runs without a question', async (command) => {
    expect((await prepare().bash(command)).decision).toBe('allow');
  });

  it.each([
    'sao worktree remove auth',
    'sao training dedupe',
    'sao contract',
    'sao clean',
    'sao gate list; rm -rf x',
  ])('%s is left to the client', async (command) => {
    expect((await prepare().bash(command)).decision).toBe('none');
  });
});

describe('a command of an agent that has a worktree', () => {
  it('runs in it', async () => {
    const { run, auth, pay, bash } = prepare();
    expect((await bash('npm test', 'build-auth')).decision).toBe('none');
    expect((await bash('cd src && rm x', 'build-auth')).decision).toBe('none');
    for (const cwd of [run.project, pay]) {
      const { decision, input } = await bash('npm test', 'build-auth', cwd);
      expect([decision, input.command]).toEqual(['none', `cd ${auth} && npm test`]);
      for (const command of [`cd '${auth}' && npm test`, `cd ${auth}/src; npm test`, 'sao prompt R a'])
        expect([command, (await bash(command, 'build-auth', cwd)).decision]).not.toContain('deny');
      expect((await bash(`cd ${pay} && npm test`, 'build-auth', run.project)).decision).toBe('deny');
    }
  });

  it('does not touch the work of others through git', async () => {
    const { run, auth, pay, bash } = prepare();
    for (const command of [
      'git push',
      'git switch main',
      'git checkout main',
      'git worktree add x',
      'git stash',
    ])
      for (const who of ['build-auth', null])
        expect([command, await bash(command, who)]).toMatchObject([
          command,
          { decision: 'deny', reason: expect.stringContaining('Not from a worktree of a run') },
        ]);
    expect((await bash(`git -C ${run.project} commit -m x`, 'build-auth')).reason).toContain(run.project);
    expect((await bash(`git -C ${pay} reset --hard`, 'build-auth')).decision).toBe('deny');
    expect((await bash(`git -C ${pay} log`, 'build-auth')).decision).toBe('none');
    expect((await bash(`git -C ${auth} add -A && git commit -m x`, 'build-auth')).decision).toBe('none');
    expect((await bash('git checkout src', 'build-auth')).decision).toBe('none');
  });

  it('is no matter of ours elsewhere', async () => {
    const { run, bash } = prepare();
    expect((await bash('git push', null, run.project)).decision).toBe('none');
    expect((await bash('git push')).decision).toBe('none');
    expect((await bash('git push', 'a1', run.project)).decision).toBe('none');
  });
});

describe("a command of an agent that names a run's files", () => {
  it('is refused by every path that its words show, and not for its own file', async () => {
    const { run, bash } = prepare();
    const at = join(run.project, '..');
    symlinkSync(run.root, join(at, 'link'));
    symlinkSync(join(run.dir, 'plan.json'), join(run.project, 'plan-link'));
    const denied = [
      `echo x > ${run.dir}/ledger.jsonl`,
      `echo x > ${at}/link/${RUN}/ledger.jsonl`,
      `echo x > ${at}/link//${RUN}/./ledger.jsonl`,
      `echo x > ../link/${RUN}/ledger.jsonl`,
      `cd .. && cd link && cat >> ${RUN}/ledger.jsonl <<'E'\n${'word '.repeat(5000)}\nE`,
      `python3 -c 'open("../link/${RUN}/plan.json","w")'`,
      `echo x > ../li''nk/${RUN}/plan.json`,
      'echo x > plan-link',
      `cp -r ${at}/runs/${RUN.slice(0, 8)}/../${RUN} /tmp/x`,
    ];
    for (const command of denied)
      expect([command.slice(0, 90), await bash(command, 'a1', run.project)]).toMatchObject([
        command.slice(0, 90),
        { decision: 'deny', reason: expect.stringContaining('workers/a1.md') },
      ]);
    for (const command of [
      'echo x > plan.json',
      `wc -w ${run.dir}/workers/a1.md`,
      'grep -rn ledger.jsonl src',
    ])
      expect([command, (await bash(command, 'a1', run.project)).decision]).toEqual([command, 'none']);
  });
});

describe('a command of an agent that names the folder of all runs', () => {
  it('is refused unless it only reads', async () => {
    const { run, bash } = prepare();
    for (const command of [
      `rm -rf ${run.root}`,
      `ln -s ${run.root} x`,
      `mv ${run.root} y`,
      `cp -r e/. ${run.root}`,
      `tar -xf a.tar -C ${run.root}`,
    ])
      expect([command, (await bash(command, 'a1', run.project)).decision]).toEqual([command, 'deny']);
    for (const command of [`ls ${run.root}`, `ls ${join(run.root, '..')}`])
      expect([command, (await bash(command, 'a1', run.project)).decision]).toEqual([command, 'none']);
  });
});

describe("a command of an agent that names the client's settings", () => {
  it('is refused unless it only reads; the conversation is free', async () => {
    const { run, auth, bash } = prepare();
    mkdirSync(join(run.project, '.claude'));
    symlinkSync('.claude', join(run.project, 'alias'));
    const denied = [
      `echo '{"disableAllHooks":true}' > .claude/settings.json`,
      `echo '{}' > ${run.project}/.claude/settings.local.json`,
      'cp x.sh .claude/hooks/stop.sh',
      'cd .claude && mv a settings.json',
      'rm -r .claude',
      'echo x > alias/settings.json',
      'echo x > .claude/set"ti"ngs.json',
      'echo x > ~/.claude/settings.json',
      'sed -i s/a/b/ /etc/claude-code/managed-settings.json',
      `node -e 'fs.writeFileSync(".claude/settings.json", "")'`,
      'echo x >> .claude/settings.json',
      'cat a.json | tee .claude/settings.json',
      'find .claude -delete',
      'find .claude -exec rm {} +',
      'sed -n 1w.claude/settings.json a',
      "sed -n 'w.claude/settings.json' a",
      'sed -i 1p .claude/settings.json',
      'sort -o .claude/settings.json a',
      'rg --pre x.sh y .claude/settings.json',
      'echo x > .claude/sett*.json',
      'echo x > .cl*/settings.json',
    ];
    write(run.project, { '.claude/settings.json': '{}', '.claude/settings.local.json': '{}' });
    for (const who of ['a1', null])
      for (const command of denied)
        expect([command, await bash(command, who, run.project)]).toMatchObject([
          command,
          { decision: 'deny', reason: expect.stringContaining('which hooks the client runs') },
        ]);
    for (const command of [
      'cat .claude/settings.json',
      'ls .claude/hooks',
      'rg x .claude/settings.json',
      'cat .claude/settings.json | jq .',
      'sed -n 1p .claude/settings.json',
      "sed -n '1,20p' .claude/settings.json",
      'find .claude',
      "find .claude -name '*.json' -type f",
      'diff .claude/settings.json a.json; stat .claude/settings.json',
      'echo "see .claude/settings.json" > notes.md',
      'grep -c x .claude/settings.json >> notes.md 2>&1',
      'cat .claude/settings.json 2>/dev/null',
      'echo x > .claude/agents/a.md',
      'npm test',
    ])
      expect([command, (await bash(command, 'a1', run.project)).decision]).toEqual([command, 'none']);
    expect((await bash('echo x > .claude/settings.json', undefined, run.project)).decision).toBe('none');
    const project = join(run.project, '.claude/settings.json');
    expect((await bash(`echo x > ${project}`, 'build-auth', auth)).decision).toBe('deny');
  });
});
