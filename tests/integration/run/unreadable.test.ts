import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { startWarmSao } from '../../harness/warm-sao.ts';

const built = findBuild();
const isRoot = process.getuid?.() === 0;
/** The user of the calls: as root, permissions are never denied. */
const UID = isRoot ? 12_345 : (process.getuid?.() ?? 0);
const exec = (file: string, ...args: string[]) => execFileSync(file, args, { stdio: 'pipe' });

/** What happens to a file or folder. */
const DAMAGE = {
  'belongs to another user': (path: string) => {
    exec('chown', '-R', '0:0', path);
    chmodSync(path, lstatSync(path).isDirectory() ? 0o700 : 0o600);
  },
  'has no permission': (path: string) => chmodSync(path, 0),
  'is gone': (path: string) => rmSync(path, { recursive: true }),
  'is damaged': (path: string) => {
    rmSync(path, { recursive: true });
    writeFileSync(path, '{"version":1,"id":');
    if (isRoot) exec('chown', `${UID}`, path);
  },
  'is not a repository': (path: string) => rmSync(join(path, '.git'), { recursive: true }),
  'has another version': (path: string) => writeFileSync(path, '{"version":2}'),
};
type Damage = keyof typeof DAMAGE;

const READERS = ['next R', 'status R', 'verify R', 'report R', 'gate show ship R', 'run R --commands'];
const DENIED = /permission denied|not permitted|belongs to another user/;

interface Row {
  /** Relative to the runs root; R is the build, A its audit. */
  path: string;
  damage: readonly Damage[];
  /** Commands that need it. */
  commands: readonly string[];
  code: number;
  says: RegExp;
}

const UNREADABLE: readonly Damage[] = ['belongs to another user', 'has no permission'];
const documentRows = (name: string, commands: readonly string[], run = 'R'): Row[] => [
  { path: `${run}/${name}`, damage: UNREADABLE, commands, code: 3, says: DENIED },
  { path: `${run}/${name}`, damage: ['is gone'], commands, code: 3, says: new RegExp(`${name} is missing`) },
  {
    path: `${run}/${name}`,
    damage: ['is damaged'],
    commands,
    code: 3,
    says: new RegExp(`${name} is damaged`),
  },
];
const ROWS: readonly Row[] = [
  { path: 'R', damage: UNREADABLE, commands: READERS, code: 3, says: DENIED },
  { path: 'R', damage: ['is damaged'], commands: READERS, code: 3, says: /is not a directory/ },
  { path: 'R', damage: ['is gone'], commands: READERS, code: 2, says: /there is no run/ },
  // One run that cannot be read does not hide the others.
  { path: 'R', damage: UNREADABLE, commands: ['list', 'doctor'], code: 0, says: DENIED },
  {
    path: 'R',
    damage: UNREADABLE,
    commands: ['clean --older-than 1m --dry-run --abandoned'],
    code: 0,
    says: /cannot be read|another user/,
  },
  ...documentRows('run.json', READERS),
  { path: 'R/run.json', damage: ['has another version'], commands: READERS, code: 3, says: /has version 2/ },
  { path: 'R/run.json', damage: ['is gone'], commands: ['list'], code: 0, says: /run\.json is missing/ },
  ...documentRows('plan.json', [
    'next R',
    'status R',
    'verify R',
    'report R',
    'run R --commands',
    'prompt R build-core',
  ]),
  ...documentRows('ledger.jsonl', [...READERS, 'gate list R']),
  {
    path: 'R/ledger.jsonl',
    damage: ['is gone', 'is damaged'],
    commands: ['list', 'doctor'],
    code: 0,
    says: /ledger\.jsonl is (?:missing|damaged)/,
  },
  {
    path: 'R/blueprint.json',
    damage: UNREADABLE,
    commands: ['next R', 'status R', 'run R --commands'],
    code: 3,
    says: DENIED,
  },
  {
    path: 'R/blueprint.json',
    damage: ['is damaged'],
    commands: ['next R', 'status R', 'run R --commands'],
    code: 3,
    says: /blueprint\.json is damaged/,
  },
  ...documentRows('plan.json', ['status R'], 'A'),
  ...documentRows('ledger.jsonl', ['status R', 'verify R'], 'A'),
  {
    path: 'A/workers',
    damage: UNREADABLE,
    commands: ['next R', 'status R', 'verify R', 'report R'],
    code: 3,
    says: DENIED,
  },
  {
    path: 'A/workers',
    damage: ['is gone'],
    commands: ['next R', 'status R', 'verify R'],
    code: 3,
    says: /no such file or directory .*workers/,
  },
  {
    path: 'A/workers',
    damage: ['is damaged'],
    commands: ['next R', 'status R', 'verify R'],
    code: 3,
    says: /workers is not a directory/,
  },
  {
    path: 'A/workers/FIRST',
    damage: UNREADABLE,
    commands: ['next R', 'status R', 'verify R', 'report R'],
    code: 3,
    says: /Cannot read the output: permission denied/,
  },
  {
    path: 'R/builds/build-core.md',
    damage: UNREADABLE,
    commands: ['status R', 'run R --commands'],
    code: 3,
    says: /Cannot read the output: permission denied/,
  },
  { path: 'R/builds/build-core.md', damage: UNREADABLE, commands: ['list'], code: 0, says: DENIED },
  { path: 'R/prompts', damage: UNREADABLE, commands: ['prompt R build-core'], code: 3, says: DENIED },
  {
    path: 'R/prompts',
    damage: ['is gone'],
    commands: ['prompt R build-core'],
    code: 3,
    says: /prompts\/build-core\.md is missing or empty: .*`sao run \S+ --commands` writes it again/,
  },
  {
    path: 'R/prompts',
    damage: ['is damaged'],
    commands: ['prompt R build-core'],
    code: 3,
    says: /not a directory/,
  },
  {
    path: 'R/builds/integration/.orchestration/contracts',
    damage: UNREADABLE,
    commands: ['contract check R', 'gate show ship R', 'conflict list R'],
    code: 3,
    says: DENIED,
  },
  {
    path: 'R/builds/integration/.orchestration/contracts/locks.json',
    damage: UNREADABLE,
    commands: ['contract check R', 'gate show ship R'],
    code: 3,
    says: DENIED,
  },
  {
    path: 'R/builds/integration/.orchestration/contracts/locks.json',
    damage: ['is damaged'],
    commands: ['contract check R'],
    code: 1,
    says: /locks\.json/,
  },
  {
    path: 'R/builds/integration',
    damage: UNREADABLE,
    commands: ['contract check R', 'gate show ship R', 'run R --commands'],
    code: 3,
    says: DENIED,
  },
  {
    path: 'R/builds/core',
    damage: UNREADABLE,
    commands: ['conflict list R', 'worktree list R'],
    code: 3,
    says: DENIED,
  },
  {
    path: '../project',
    damage: UNREADABLE,
    commands: ['worktree list R', 'run R --commands'],
    code: 3,
    says: DENIED,
  },
  {
    path: '../project',
    damage: ['is gone'],
    commands: ['worktree list R', 'run R --commands'],
    code: 3,
    says: /the project of the run \S+ is not at \S+/,
  },
  {
    path: '../project',
    damage: ['is damaged'],
    commands: ['worktree list R', 'run R --commands'],
    code: 3,
    says: /is not a directory/,
  },
  {
    path: '../project',
    damage: ['is not a repository'],
    commands: ['worktree list R', 'run R --commands'],
    code: 3,
    says: /is not in a git repository/,
  },
  { path: '.', damage: UNREADABLE, commands: ['next R', 'list'], code: 3, says: DENIED },
];

describe('what cannot be read', { timeout: 600_000 }, () => {
  /** A build that waits at the ship gate; each test restores it. */
  let shop: Shop;
  let audit: string;
  /** Calls of that user. */
  let call: ReturnType<typeof startWarmSao>;
  const saved = () => `${shop.home}-saved`;
  beforeAll(() => {
    shop = new Shop(built.path, { modules: ['core'], lifetime: 'kept' });
    shop.begin();
    shop.approve('architect');
    shop.carryOn();
    audit = shop.events('harden-begun')[0]?.child ?? '';
    if (isRoot) exec('chown', '-R', `${UID}:${UID}`, shop.home);
    exec('chmod', '-R', 'a+rX', dirname(dirname(built.path)));
    exec('cp', '-a', shop.home, saved());
    call = startWarmSao(built.path, isRoot ? { uid: UID, gid: UID } : {});
  }, 300_000);
  afterAll(() => {
    exec('chmod', '-R', 'u+rwX', shop.home);
    shop.discard();
  });

  const callAs = (args: readonly string[]) => call({ args, cwd: '/', env: shop.env });

  const table = ROWS.flatMap(({ damage, ...row }) => damage.map((kind) => ({ ...row, kind })));
  for (const { path, kind, commands, code, says } of table) {
    const needsRoot = kind === 'belongs to another user' && !isRoot;
    it.skipIf(needsRoot)(
      `${path} ${kind}${needsRoot ? ' (SKIPPED: needs root)' : ''}: the true reason`,
      () => {
        exec('chmod', '-R', 'u+rwX', shop.home);
        exec('rm', '-rf', shop.home);
        exec('cp', '-a', saved(), shop.home);
        const run = path.startsWith('A') ? audit : shop.run;
        const named = join(
          shop.home,
          'runs',
          path.replace(/^R(?=\/|$)/, shop.run).replace(/^A(?=\/|$)/, audit),
        );
        const place = named.replace(/FIRST$/, () => readdirSync(dirname(named)).sort()[0] ?? '');
        expect(existsSync(place)).toBe(true);
        DAMAGE[kind](place);
        for (const command of commands) {
          const args = command.split(' ').map((word) => (word === 'R' ? run : word));
          const { code: status, stdout, stderr } = callAs(args);
          const told = `${stdout}${stderr}`;
          expect({ command, status, told }, told).toMatchObject({ command, status: code });
          expect(`${command}: ${told}`).toMatch(says);
          expect(told).not.toMatch(/internal fault/);
        }
      },
    );
  }

  it('does not keep a build from its modules: a lost blueprint is written anew from the contract', () => {
    exec('rm', '-rf', shop.home);
    exec('cp', '-a', saved(), shop.home);
    rmSync(join(shop.dir, 'blueprint.json'));
    if (isRoot) exec('chown', '-R', '0:0', shop.home);
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(JSON.parse(shop.read('blueprint.json'))).toMatchObject({ modules: [{ name: 'core' }] });
  });
});
