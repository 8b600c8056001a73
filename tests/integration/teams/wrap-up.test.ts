import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBuild } from '../../harness/sao.ts';
import { codeTask, readAnswer, WorkBench } from '../../harness/work-bench.ts';

interface Item {
  kind: string;
  what: string;
}

const kindsOf = ({ data }: { data: { items: Item[] } }) => data.items.map(({ kind }) => kind);

describe('sao wrap-up', { timeout: 60_000 }, () => {
  it('finds all that is only here, pushes what can be pushed, and is content once nothing is left', () => {
    const bench = new WorkBench(findBuild().path);
    const { project } = bench;
    const commit = (name: string) => {
      writeFileSync(join(project, name), name);
      bench.git(project, 'add', '--all');
      bench.git(project, 'commit', '--quiet', '-m', name);
    };
    expect(bench.json('wrap-up')).toMatchObject({ code: 0, data: { items: [], pushed: [] } });
    bench.git(project, 'switch', '--quiet', '--create', 'feat/a');
    commit('a');
    bench.git(project, 'tag', 'v1');
    writeFileSync(join(project, 'stashed'), 'x');
    bench.git(project, 'stash', 'push', '--quiet', '--include-untracked');
    bench.git(project, 'worktree', 'add', '--quiet', '--detach', join(bench.home, 'other'));
    writeFileSync(join(bench.home, 'other', 'b'), 'b');
    bench.git(join(bench.home, 'other'), 'add', '--all');
    bench.git(join(bench.home, 'other'), 'commit', '--quiet', '-m', 'b');
    bench.git(project, 'update-ref', 'refs/sao/rescue/20260101-120000-0a1b2c3d/auth/1', 'stash@{0}');
    writeFileSync(join(project, 'new file'), 'x');
    const found = bench.json('wrap-up');
    expect(found.code).toBe(1);
    expect(kindsOf(found)).toEqual(['uncommitted', 'detached', 'stash', 'branch', 'tag', 'rescue']);
    expect(found.data.items.map(({ what }: Item) => what)).toMatchObject([
      '1 path not committed: new file',
      expect.stringMatching(/^1 commit on no branch \(HEAD [0-9a-f]{12}\)$/),
      expect.stringContaining('stash stash@{0} WIP on feat/a'),
      'branch feat/a: 1 commit not pushed',
      'tag v1 not pushed',
      expect.stringContaining('rescued work refs/sao/rescue/'),
    ]);
    const pushed = bench.json('wrap-up', '--push');
    expect(pushed.data.pushed).toEqual(['refs/heads/feat/a to origin', 'refs/tags/v1 to origin']);
    expect(kindsOf(pushed)).toEqual(['uncommitted', 'detached', 'stash', 'rescue']);
    expect(bench.git(bench.remote, 'rev-parse', 'feat/a')).toBe(bench.git(project, 'rev-parse', 'feat/a'));
    bench.git(project, 'update-ref', '-d', 'refs/sao/rescue/20260101-120000-0a1b2c3d/auth/1');
    bench.git(project, 'stash', 'drop', '--quiet');
    bench.git(project, 'worktree', 'remove', '--force', join(bench.home, 'other'));
    bench.git(project, 'clean', '--quiet', '--force');
    expect(bench.call('wrap-up')).toMatchObject({ code: 0 });
    // A remote that cannot be asked is not a remote that has everything.
    bench.git(project, 'remote', 'set-url', 'origin', join(bench.home, 'gone'));
    expect(kindsOf(bench.json('wrap-up'))).toEqual(['unverified']);
    bench.git(project, 'remote', 'remove', 'origin');
    expect(kindsOf(bench.json('wrap-up'))).toContain('no-remote');
  });

  it('pushes the commits of submodules first, and pushes no branch that names one which is only here', () => {
    const bench = new WorkBench(findBuild().path);
    const { project, home } = bench;
    const library = join(home, 'library.git');
    bench.git(home, 'clone', '--quiet', '--bare', project, library);
    const allow = ['-c', 'protocol.file.allow=always'];
    bench.git(project, ...allow, 'submodule', '--quiet', 'add', library, 'lib');
    bench.git(project, 'commit', '--quiet', '-m', 'Library');
    bench.git(project, 'push', '--quiet', 'origin', 'main');
    const lib = join(project, 'lib');
    bench.git(lib, 'config', 'user.name', 'Ada');
    bench.git(lib, 'config', 'user.email', 'ada@example.org');
    const commitIn = (place: string, name: string) => {
      writeFileSync(join(place, name), name);
      bench.git(place, 'add', name);
      bench.git(place, 'commit', '--quiet', '-m', name);
      bench.git(project, 'commit', '--quiet', '-am', `Library with ${name}`);
    };
    expect(bench.json('wrap-up')).toMatchObject({ code: 0 });
    commitIn(lib, 'one');
    const pushed = bench.json('wrap-up', '--push');
    expect(pushed).toMatchObject({ code: 0, data: { items: [] } });
    expect(pushed.data.pushed).toEqual(['refs/heads/main to origin', 'refs/heads/main to origin']);
    expect(bench.git(library, 'rev-parse', 'main')).toBe(bench.git(lib, 'rev-parse', 'main'));
    bench.git(lib, 'switch', '--quiet', '--detach');
    commitIn(lib, 'two');
    const kept = bench.json('wrap-up', '--push');
    expect([kept.code, kindsOf(kept), kept.data.pushed]).toEqual([1, ['branch', 'detached'], []]);
    const two = bench.git(lib, 'rev-parse', 'HEAD').slice(0, 12);
    expect(kept.stderr).toContain(`names commit ${two} of lib, which no remote of lib has`);
    expect(kept.data.items[1]).toMatchObject({ place: lib, what: `1 commit on no branch (HEAD ${two})` });
  });

  it('pushes the content of Git LFS before the commits, and no branch whose content it cannot push', () => {
    const bench = new WorkBench(findBuild().path);
    const { project, remote } = bench;
    const oid = 'ab'.repeat(32);
    const stored = join(project, '.git/lfs/objects/ab/ab');
    mkdirSync(stored, { recursive: true });
    writeFileSync(join(stored, oid), 'content');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 7\n`;
    writeFileSync(join(project, 'b.bin'), pointer);
    bench.git(project, 'add', '--all');
    bench.git(project, 'commit', '--quiet', '-m', 'Content');
    const bin = join(bench.home, 'bin');
    mkdirSync(bin);
    const program = (text: string) =>
      writeFileSync(join(bin, 'git-lfs'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    program('echo the server is full >&2; exit 2');
    bench.env.PATH = `${bin}:${bench.env.PATH}`;
    const wrapUp = () => readAnswer(bench.call('wrap-up', '--push', '--json'));
    const kept = wrapUp();
    expect([kept.code, kindsOf(kept), kept.data.pushed]).toEqual([1, ['branch'], []]);
    expect(kept.stderr).toContain('Git LFS files was not pushed (b.bin): the server is full');
    program(
      `[ "$*" = "push --object-id origin ${oid}" ] && mkdir -p ${remote}/lfs && cp .git/lfs/objects/ab/ab/* ${remote}/lfs`,
    );
    expect(wrapUp()).toMatchObject({ code: 0, data: { pushed: ['refs/heads/main to origin'] } });
    expect(readFileSync(join(remote, 'lfs', oid), 'utf8')).toBe('content');
  });

  it('works in a repository whose folder of git is elsewhere', () => {
    const bench = new WorkBench(findBuild().path);
    bench.git(bench.project, 'init', '--quiet', '--separate-git-dir', join(bench.home, 'elsewhere'));
    expect(bench.json('wrap-up')).toMatchObject({ code: 0, data: { items: [] } });
    writeFileSync(join(bench.project, 'new'), 'x');
    expect(kindsOf(bench.json('wrap-up'))).toEqual(['uncommitted']);
    const linked = join(bench.home, 'linked');
    bench.git(bench.project, 'worktree', 'add', '--quiet', linked);
    const fromLinked = JSON.parse(bench.callIn(linked, 'wrap-up', '--json').stdout);
    expect(kindsOf(fromLinked)).toEqual(['unverified']);
  });

  it('names claims, open questions and failing checks of the project, and writes the summary', () => {
    const bench = new WorkBench(findBuild().path);
    const checks = [
      { name: 'docs are current', command: 'node --eval 0' },
      { name: 'migrations are applied', command: 'node missing.mjs' },
    ];
    mkdirSync(join(bench.project, '.orchestration'));
    bench.write(join(bench.project, '.orchestration', 'config.json'), JSON.stringify({ wrapUp: checks }));
    bench.git(bench.project, 'add', '--all');
    bench.git(bench.project, 'commit', '--quiet', '-m', 'Configure');
    bench.dispatch([codeTask('one'), codeTask('two'), codeTask('three')]);
    const claim = () => bench.json('queue', 'claim', '--executor', 'e1').data.token as string;
    bench.json('queue', 'complete', claim(), '--commit', 'a'.repeat(40));
    bench.json('queue', 'block', claim(), '--question', 'Which region?');
    claim();
    const unapproved = bench.json('wrap-up', '--push');
    expect(kindsOf(unapproved)).toEqual(['claim', 'blocker', 'check', 'check']);
    const { code, data } = bench.json('wrap-up', '--unattended', '--write', join(bench.home, 'summary.md'));
    expect(code).toBe(1);
    expect(data.items.map(({ what }: Item) => what)).toMatchObject([
      'i1.three is claimed by e1',
      'blocker b1 has no answer: Which region?',
      expect.stringMatching(/^migrations are applied: exit code 1/),
    ]);
    expect(readFileSync(join(bench.home, 'summary.md'), 'utf8')).toBe(
      [
        '# Wrap-up\n',
        '- [x] all changes are committed',
        '- [x] all commits and tags are pushed',
        '- [ ] no task is claimed',
        '- [ ] no question is open',
        '- [x] docs are current',
        '- [ ] migrations are applied\n',
        '## Done\n',
        '- i1.one: Create the function one and its test (aaaaaaaaaaaa)\n',
        '## Next\n',
        '- i1.three: Create the function three and its test\n',
        '## Blockers\n',
        '- b1 (i1.two): Which region?\n',
        '## Still local\n',
        ...data.items.map(({ place, what }: Item & { place: string }) => `- ${place}: ${what}`),
        '',
      ].join('\n'),
    );
  });

  it('refuses a folder without a repository', () => {
    const bench = new WorkBench(findBuild().path);
    expect(bench.json('wrap-up', '--repo', bench.home).codes).toEqual(['repository-missing']);
  });
});
