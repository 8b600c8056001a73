import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { hasSandbox, PRINT_DONE, sandboxTitle, writeProgram } from '../../harness/sandbox.ts';
import { Bench, domainsOf, findBuild } from '../../harness/sao.ts';
import { STATE_FOLDER } from '../../harness/state-folder.ts';

const built = findBuild();
const title = sandboxTitle('the sandbox of agents');
const DONE = PRINT_DONE;

describe.skipIf(!hasSandbox)(title, () => {
  it('lets an agent write its own output, the project and temporary files, and nothing that decides about runs', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([1]));
    const attempts = {
      ledger: `echo x >> ${run.dir}/ledger.jsonl`,
      plan: `rm ${run.dir}/plan.json`,
      other: `echo x > ${run.dir}/workers/coord.md`,
      run: `mkdir ${bench.home}/runs/20260101-000000-00000000`,
      marker: `mkdir -p ${bench.home}/runs/.sessions`,
      config: `echo {} > ${bench.home}/config/sao/config.json`,
      moved: `mv ${bench.home}/config ${bench.home}/config2`,
      movedRuns: `mv ${bench.home}/runs ${bench.home}/runs2`,
      key: `cat ${STATE_FOLDER}/approval.key`,
      made: `touch ${STATE_FOLDER}/x`,
      plugin: `touch ${join(built.path, '..')}/x`,
      unmount: `umount ${run.dir}/..`,
      remount: `mount -o remount,rw ${bench.home}/runs`,
      outside: `ls /proc/${process.pid}/root`,
      project: `echo y > ${bench.project}/made.txt`,
      home: 'echo y > ~/.cache/made',
      temporary: 'echo y > "$(mktemp)"',
      output: `${DONE} > "$SAO_OUTPUT.tmp" && mv "$SAO_OUTPUT.tmp" "$SAO_OUTPUT"`,
    };
    const said = join(bench.home, 'said');
    const lines = Object.entries(attempts).map(
      ([name, attempt]) => `if (${attempt}) >/dev/null 2>&1; then echo ${name} >> ${said}; fi`,
    );
    const { code, data } = run.carryOut(writeProgram(bench, lines.join('\n')));
    expect({ code, done: data.counts.done, gaps: data.gaps }).toEqual({ code: 0, done: 2, gaps: [] });
    const succeeded = [...new Set(readFileSync(said, 'utf8').trim().split('\n'))];
    expect(succeeded.sort()).toEqual(['home', 'other', 'output', 'project', 'temporary']);
    // What an agent writes beside its own output is thrown away with the agent.
    expect(readdirSync(join(run.dir, 'workers'))).toEqual(['a1.md']);
    expect(readdirSync(join(run.dir, 'outbox'))).toEqual([]);
  });

  it('keeps what programs outside of the sandbox read, start or listen to', async () => {
    const bench = new Bench(built.path, {
      SSH_AUTH_SOCK: '/tmp/agent',
      PATH: `/tmp/sao-bin-${process.pid}:${process.env.PATH}`,
    });
    const home = join(bench.home, 'user');
    const run = bench.plan(domainsOf([1]));
    mkdirSync(join(home, '.claude'));
    execFileSync('git', ['init', '-q'], { cwd: bench.project });
    mkdirSync(join(home, 'dotfiles'));
    mkdirSync(join(home, '.cargo', 'registry'), { recursive: true });
    writeFileSync(join(bench.project, 'gitconfig'), '');
    symlinkSync(join(bench.project, 'gitconfig'), join(home, '.gitconfig-linked'));
    writeFileSync(join(bench.home, 'config/sao/approval_key'), 'PRIVATE KEY');
    const terminal = spawn('script', ['-qec', 'sleep 60', '/dev/null'], { stdio: 'ignore' });
    const attempts = {
      gitConfig: 'echo x > ~/.gitconfig',
      gitFolder: 'mkdir -p ~/.config/git && echo x > ~/.config/git/config',
      linked: `echo x > ${bench.project}/gitconfig`,
      shell: 'echo x > ~/.bashrc',
      profile: 'echo x > ~/.profile',
      ssh: 'mkdir ~/.ssh',
      program: 'mkdir -p ~/.local/bin && touch ~/.local/bin/git',
      path: `touch /tmp/sao-bin-${process.pid}/git`,
      autostart: 'mkdir -p ~/.config/autostart',
      unit: 'mkdir -p ~/.local/share/systemd/user',
      cargoProgram: 'mkdir ~/.cargo/bin',
      cargoConfig: 'echo x > ~/.cargo/config.toml',
      clientSettings: 'echo x > ~/.claude/settings.json',
      clientHooks: 'touch ~/.claude/hooks/x',
      clientServers: 'echo x > ~/.claude.json',
      clientFormerSettings: 'echo x > ~/.claude/.config.json && false',
      gitElsewhere: 'echo /tmp > .git/commondir',
      gitElsewhereMoved: 'rm .git/commondir || { echo /tmp > .git/x && mv .git/x .git/commondir; }',
      gitUnusable: '! git status',
      moved: 'mv ~/.claude ~/.claude2',
      terminal: "ls /dev/pts | grep -q '[0-9]'",
      signingKey: `grep -q PRIVATE ${bench.home}/config/sao/approval_key`,
      agent: '[ -n "$SSH_AUTH_SOCK" ]',
      tmux: 'touch /tmp/tmux-$(id -u)/default',
      runtime: 'touch /run/user/$(id -u)/bus',
      system: 'touch /usr/local/bin/git-x /etc/gitconfig',
      clientState: 'mkdir -p ~/.claude/projects && touch ~/.claude/projects/x',
      cache: 'touch ~/.cache/x',
      cargoCache: 'touch ~/.cargo/registry/x',
      device: 'echo x > /dev/null && touch /dev/shm/x',
    };
    const said = join(bench.home, 'said');
    const lines = Object.entries(attempts).map(
      ([name, attempt]) => `if (${attempt}) >/dev/null 2>&1; then echo ${name} >> ${said}; fi`,
    );
    const { code } = run.carryOut(writeProgram(bench, `${lines.join('\n')}\n${DONE} > "$SAO_OUTPUT"`));
    terminal.kill();
    rmSync(`/tmp/sao-bin-${process.pid}`, { recursive: true, force: true });
    const succeeded = [...new Set(readFileSync(said, 'utf8').trim().split('\n'))];
    expect([code, ...succeeded.sort()]).toEqual([0, 'cache', 'cargoCache', 'clientState', 'device']);
    for (const path of [
      join(home, '.claude/settings.json'),
      join(home, '.claude/.config.json'),
      join(bench.project, '.git/commondir'),
    ])
      expect([path, existsSync(path)]).toEqual([path, false]);
  });

  it('leaves nothing in the home that it has made, but what agents have written and what was there', () => {
    const bench = new Bench(built.path);
    const home = join(bench.home, 'user');
    mkdirSync(join(home, '.claude/commands'), { recursive: true });
    writeFileSync(join(home, '.claude/CLAUDE.md'), '');
    const list = () => readdirSync(home, { recursive: true }).map(String).sort();
    const before = list();
    const carryOut = (script: string) => {
      const run = bench.plan(domainsOf([1]));
      const agent = writeProgram(bench, `${script}; ${DONE} > "$SAO_OUTPUT"`);
      expect(run.carryOut(agent).code).toBe(0);
    };
    carryOut('[ -d ~/.cache ] && [ -f ~/.claude/settings.json ] || exit 1');
    expect(list()).toEqual(before);
    carryOut('mkdir ~/.cache/tool');
    expect(list()).toEqual(['.cache', '.cache/tool', ...before]);
  });

  it('has nothing left in the home after the next sao status if the runner was killed', async () => {
    const bench = new Bench(built.path);
    const home = join(bench.home, 'user');
    const list = () => readdirSync(home, { recursive: true }).map(String).sort();
    const before = list();
    const run = bench.plan(domainsOf([1]));
    const started = join(bench.home, 'started');
    const { child, ended } = bench.start(...run.driven(writeProgram(bench, `touch ${started}; sleep 60`)));
    await vi.waitFor(() => expect(existsSync(started)).toBe(true), { timeout: 20_000 });
    child.kill('SIGKILL');
    await ended;
    expect(list()).not.toEqual(before);
    expect(bench.call('status', run.id).code).not.toBeNull();
    expect(list()).toEqual(before);
  });

  it('hides each private key of a listed signer in the folder of ssh, and those that ssh and git name', () => {
    const bench = new Bench(built.path);
    const home = join(bench.home, 'user');
    for (const folder of ['user/.ssh/old', 'user/keys', 'config/sao'])
      mkdirSync(join(bench.home, folder), { recursive: true });
    const key = (name: string) => {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(bench.home, name)]);
      return readFileSync(join(bench.home, name), 'utf8');
    };
    const listed = key('listed');
    writeFileSync(
      join(bench.home, 'config/sao/allowed_signers'),
      `ada namespaces="sao" ${readFileSync(join(bench.home, 'listed.pub'), 'utf8')}`,
    );
    const hidden = ['.ssh/work.bak', '.ssh/old/work', 'keys/deep', 'keys/git'];
    for (const name of hidden) writeFileSync(join(home, name), listed);
    writeFileSync(join(home, '.ssh/config'), 'Host acme\n  IdentityFile ~/keys/deep\n');
    writeFileSync(join(home, '.gitconfig'), `[user]\n\tsigningkey = ${home}/keys/git.pub\n`);
    // Not a signer's, and a copy in a place that nothing names.
    writeFileSync(join(home, '.ssh/other'), key('other'));
    writeFileSync(join(home, 'keys/copy'), listed);
    const run = bench.plan(domainsOf([1]));
    const said = join(bench.home, 'said');
    const names = [...hidden, '.ssh/other', 'keys/copy'];
    const lines = names.map((name) => `grep -q PRIVATE ~/${name} && echo ${name} >> ${said}`);
    const { code } = run.carryOut(writeProgram(bench, `${lines.join('\n')}\n${DONE} > "$SAO_OUTPUT"`));
    const seen = [...new Set(readFileSync(said, 'utf8').trim().split('\n'))];
    expect([code, ...seen.sort()]).toEqual([0, '.ssh/other', 'keys/copy']);
  });

  it('keeps what starts in the home also where the home is the project', () => {
    const bench = new Bench(built.path, {}, 'test', 'user');
    const home = bench.project;
    bench.env.PATH = `${home}/tools/bin:${process.env.PATH}`;
    writeFileSync(join(home, '.bash_login'), 'LOGIN=kept\n');
    const run = bench.plan(domainsOf([1]));
    const attempts = {
      program: 'mkdir -p ~/bin && touch ~/bin/git',
      path: 'mkdir -p ~/tools/bin && touch ~/tools/bin/git',
      renamed: 'mv ~/tools ~/tools2',
      client: 'mkdir -p ~/.claude && echo {} > ~/.claude/settings.json',
      clientLocal: 'echo {} > ~/.claude/settings.local.json',
      clientServers: 'echo {} > ~/.claude.json',
      npm: 'echo x > ~/.npmrc',
      bash: 'echo x > ~/.bashrc',
      login: 'echo x > ~/.bash_profile',
      profile: 'echo x > ~/.profile',
      zsh: 'echo x > ~/.zshenv',
      git: 'echo x > ~/.gitconfig',
      cargo: 'mkdir -p ~/.cargo && echo x > ~/.cargo/config.toml',
      replaced: 'echo x > ~/x && mv ~/x ~/.zshrc',
      removed: 'rm ~/.bashrc',
      readAsBefore: '[ "$(bash -lc \'echo $LOGIN\')" = kept ]',
      file: 'echo x > ~/made.txt',
      other: 'echo x > ~/.madefile',
    };
    const said = join(bench.home, 'said');
    const lines = Object.entries(attempts).map(
      ([name, attempt]) => `if (${attempt}) >/dev/null 2>&1; then echo ${name} >> ${said}; fi`,
    );
    const { code } = run.carryOut(writeProgram(bench, `${lines.join('\n')}\n${DONE} > "$SAO_OUTPUT"`));
    const succeeded = [...new Set(readFileSync(said, 'utf8').trim().split('\n'))];
    expect([code, ...succeeded.sort()]).toEqual([0, 'file', 'other', 'readAsBefore']);
    // What was made for the sandbox is away again.
    expect(readdirSync(home).sort()).toEqual(['.bash_login', '.madefile', 'made.txt', 'x']);
  });

  it('makes the folder of an installed tool in the home only for a project that uses the tool', () => {
    const bench = new Bench(built.path);
    const programs = join(bench.home, 'programs');
    bench.env.PATH = `${programs}:${process.env.PATH}`;
    mkdirSync(programs);
    for (const name of ['cargo', 'mvn', 'gradle', 'go', 'dotnet', 'bun', 'pnpm'])
      writeFileSync(join(programs, name), '#!/bin/sh\n', { mode: 0o755 });
    const madeFor = (...files: string[]) => {
      rmSync(bench.project, { recursive: true });
      for (const file of files) {
        mkdirSync(dirname(join(bench.project, file)), { recursive: true });
        writeFileSync(join(bench.project, file), '');
      }
      const run = bench.plan(domainsOf([1]));
      const said = join(bench.home, 'said');
      const list = `cd ~ && find . -mindepth 1 | cut -c 3- > ${said}`;
      expect(run.carryOut(writeProgram(bench, `${list}; ${DONE} > "$SAO_OUTPUT"`)).code).toBe(0);
      return readFileSync(said, 'utf8')
        .trim()
        .split('\n')
        .filter((path) => path !== '')
        .filter((path) => !/^(?:\.cache|\.npm|\.claude|\.config|\.local)(?:\/|$)/.test(path))
        .sort();
    };
    expect(madeFor('README.md', 'src/pom.txt')).toEqual([]);
    expect(madeFor('README.md', 'backend/pom.xml')).toEqual(['.m2', '.m2/repository']);
  });

  it('lets an agent commit where git is told to sign commits, without a signature: it has no key', () => {
    const bench = new Bench(built.path);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@t', ...args], {
        cwd: bench.project,
        encoding: 'utf8',
      });
    git('init', '-q');
    for (const [key = '', value = ''] of [
      ['user.name', 'T'],
      ['user.email', 't@t'],
      ['commit.gpgSign', 'yes'],
      ['tag.gpgSign', 'true'],
      ['gpg.program', '/bin/false'],
    ])
      git('config', key, value);
    const run = bench.plan(domainsOf([1]));
    const work = 'git commit -q --allow-empty -m "$SAO_AGENT_ID" && git tag -m x "tag-$SAO_AGENT_ID"';
    expect(run.carryOut(writeProgram(bench, `${work}\n${DONE} > "$SAO_OUTPUT"`)).code).toBe(0);
    expect(git('log', '--format=%s %G?', '--reverse').split('\n')[0]).toBe('a1 N');
    expect(git('tag')).toContain('tag-a1');
    // Unchanged for the user.
    expect(() => git('commit', '-q', '--allow-empty', '-m', 'own')).toThrow('gpg failed to sign');
  });

  it('lets an agent sign with a key without a passphrase that signs no approvals, if the call names it', () => {
    const bench = new Bench(built.path);
    const home = join(bench.home, 'user');
    mkdirSync(join(home, '.ssh'));
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'x', '-f', join(home, '.ssh/work')]);
    execFileSync('git', ['init', '-q'], { cwd: bench.project });
    const run = bench.plan(domainsOf([1]));
    const commit =
      'git -c user.name=T -c user.email=t@t -c gpg.format=ssh -c user.signingKey=$HOME/.ssh/work commit -qS --allow-empty -m "$SAO_AGENT_ID"';
    expect(run.carryOut(writeProgram(bench, `${commit}\n${DONE} > "$SAO_OUTPUT"`)).code).toBe(0);
    const [name, key] = readFileSync(join(home, '.ssh/work.pub'), 'utf8').split(' ');
    writeFileSync(join(bench.home, 'signers'), `t@t ${name} ${key}\n`);
    const signed = ['-c', `gpg.ssh.allowedSignersFile=${join(bench.home, 'signers')}`, 'log', '--reverse'];
    const shown = execFileSync('git', [...signed, '--format=%s %G?'], {
      cwd: bench.project,
      encoding: 'utf8',
    });
    expect(shown.split('\n')[0]).toBe('a1 G');
  });

  it('lets an agent write what the user names, and a project does not', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([1]));
    for (const name of ['models', 'other']) mkdirSync(join(bench.home, 'user', name));
    const said = join(bench.home, 'said');
    const program = writeProgram(
      bench,
      `for n in models other; do touch ~/$n/x && echo $n >> ${said}; done; ${DONE} > "$SAO_OUTPUT"`,
    );
    const driven = run.driven(program);
    bench.configure({ sandboxWritable: [join(bench.home, 'user/models')], allowCommands: [program] });
    expect(bench.call(...driven).code).toBe(0);
    expect(readFileSync(said, 'utf8')).toBe('models\nmodels\n');
  });

  it('knows an agent by its sandbox, also in a session of its own with an empty environment', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([1]));
    const said = join(bench.home, 'said');
    const kept = ['PATH', 'HOME', 'SAO_RUNS_DIR', 'XDG_CONFIG_HOME'].map(
      (name) => `${name}='${bench.env[name]}'`,
    );
    const other = JSON.parse(
      bench.callWarm('plan', '--new', JSON.stringify({ version: 1, domains: domainsOf([2]) }), '--json')
        .stdout,
    ).data.run as string;
    const call = `env -i ${kept.join(' ')} setsid script -qec "${process.execPath} ${built.path} next ${other} --confirm" /dev/null`;
    run.carryOut(
      writeProgram(
        bench,
        `(${call} > ${said} 2>&1 &) ; while ! grep -q Fix: ${said}; do sleep 0.1; done; ${DONE} > "$SAO_OUTPUT"`,
      ),
    );
    expect(readFileSync(said, 'utf8')).toContain('an agent may not call `sao next`');
  });

  it('ends with an agent all that it started, wherever it hides', async () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([1]));
    const alive = join(bench.home, 'alive');
    const hidden = `env -i setsid /bin/sh -c 'trap "" TERM; while :; do date +%N > ${alive}; sleep 0.05; done'`;
    run.carryOut(
      writeProgram(
        bench,
        `(${hidden} &) ; while ! [ -s ${alive} ]; do sleep 0.05; done; ${DONE} > "$SAO_OUTPUT"`,
      ),
    );
    const last = readFileSync(alive, 'utf8');
    execFileSync('sleep', ['0.3']);
    expect(readFileSync(alive, 'utf8')).toBe(last);
  });

  it('is not used if the user turns it off', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([1]));
    const program = writeProgram(bench, `touch ${run.dir}/reached; ${DONE} > "$SAO_OUTPUT"`);
    const driven = run.driven(program);
    bench.configure({ sandbox: 'off', allowCommands: [program] });
    expect(bench.call(...driven).code).toBe(0);
    expect(existsSync(join(run.dir, 'reached'))).toBe(true);
    expect(bench.call('status', run.id).stdout).toContain('no sandbox: the configuration turns it off');
  });

  it.each([
    ['on', 2, /requires a sandbox[\s\S]*bubblewrap is not installed/, false],
    ['auto', 0, /no sandbox: bubblewrap is not installed/, true],
  ])('where there is none, "sandbox": "%s" starts nothing, or says so', (sandbox, code, said, isStarted) => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([1]));
    const program = writeProgram(bench, `touch ${bench.project}/started; ${DONE} > "$SAO_OUTPUT"`);
    const driven = run.driven(program);
    bench.configure({ sandbox, allowCommands: [program] });
    const hiding = ['--dev-bind', '/', '/', '--ro-bind', '/dev/null', realpathSync('/usr/bin/bwrap')];
    const call = (...args: string[]) =>
      spawnSync('bwrap', [...hiding, process.execPath, built.path, ...args], {
        ...{ cwd: bench.project, env: bench.env, encoding: 'utf8', input: '' },
      });
    const ended = call(...driven);
    expect([ended.status, existsSync(join(bench.project, 'started'))]).toEqual([code, isStarted]);
    expect(`${ended.stdout}${ended.stderr}${call('status', run.id).stdout}`).toMatch(said);
  });
});
