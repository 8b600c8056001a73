import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConflict, resolvedLine } from '../../../../src/contract/conflict.ts';
import { unwrap } from '../../../../src/system/result.ts';
import { Bench, findBuild } from '../../../harness/sao.ts';
import { FILL, pairOf } from '../../../unit/memory/training/pairs.ts';

const sao = findBuild();

const NOW = '2026-03-01T00:00:00Z';
const AUTH = `# auth\n\n\`createSession(user)\` makes a \`SessionToken\`.\n`;

const moduleOf = (name: string) => ({
  name,
  description: name,
  depends_on: [],
  interface: `interfaces/${name}.interface.md`,
  paths: [`src/${name}/**`],
  builder_model: 'sonnet',
  estimated_complexity: 'low',
});
const MODULES = JSON.stringify({
  project: 'ledgerly',
  test_command: 'npm test',
  integration_test_command: 'npm test',
  modules: [moduleOf('auth'), moduleOf('store')],
  build_order: ['auth', 'store'],
  assembly_order: ['auth', 'store'],
});

function put(root: string, files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, '.orchestration', path)), { recursive: true });
    writeFileSync(join(root, '.orchestration', path), text);
  }
}

function prepare() {
  const bench = new Bench(sao.path);
  put(bench.project, { 'contracts/modules.json': MODULES, 'contracts/interfaces/auth.interface.md': AUTH });
  const call = (...args: string[]) => {
    const ended = bench.callWarm('training', ...args, '--now', NOW, '--json');
    return { code: ended.code, ...JSON.parse(ended.stdout) };
  };
  const read = (path: string) => readFileSync(join(bench.project, '.orchestration', path), 'utf8');
  return { bench, call, read, root: bench.project };
}

const line = (pair: object) => JSON.stringify(pair);
const WORDS =
  'amber basalt cedar delta ember fjord gamma hazel indigo jasper kelp lunar maple nectar onyx pearl quartz raven'.split(
    ' ',
  );

/** Pairs that have nothing to do with one another. */
function different(count: number) {
  return Array.from({ length: count }, (_, n) => {
    const words = Array.from({ length: 12 }, (_each, k) => WORDS[(n * 5 + k * (n + 1)) % WORDS.length]).join(
      ' ',
    );
    return pairOf(
      `What about ${words} ${n}?`,
      `The auth module knows ${words} and ${n} things about ${WORDS[n % 18]}.`,
    );
  });
}

describe('sao training', () => {
  it('check holds or does not, and says why', () => {
    const { bench, call, root } = prepare();
    const pairs = different(12);
    const bad = { ...pairOf('Q?', FILL, { quality_score: 0.3 }), unknown: 1 };
    put(root, {
      'training/bootstrap.jsonl': `${[...pairs.slice(0, 8), bad].map(line).join('\n')}\n`,
      'training/auth.jsonl': `${pairs.slice(8).map(line).join('\r\n')}\r\n{"messages":[`,
      'training/notes.txt': 'no pairs',
    });
    const short = call('check');
    expect(short).toMatchObject({
      code: 1,
      data: { lines: 14, valid: 12, gate: { ok: false, counted: 12, needed: 200, rejected: 2 } },
    });
    expect(short.data.rejected).toMatchObject([
      {
        file: 'auth.jsonl',
        line: 5,
        pairId: null,
        reasons: [{ code: 'not-json', detail: 'the file ends inside it' }],
      },
      { file: 'bootstrap.jsonl', line: 9, reasons: [{ code: 'low-quality' }] },
    ]);
    const codes = short.diagnostics.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(['training-carriage-return', 'training-torn', 'training-shares']);
    expect(call('check', '--min-pairs', '12').code).toBe(0);
    expect(call('check', '--min-pairs', '12', '--min-quality', '0.95').code).toBe(1);
    const { stdout } = bench.call('training', 'check', '--now', NOW);
    expect(stdout).toMatch(/the gate is closed: 12 of 200 required pairs are valid, 2 rejected/);
    expect(stdout).toMatch(
      /1 × has a quality below the minimum; first bootstrap\.jsonl:9 \(0\.3, needed: 0\.7\)/,
    );
  });

  it('check says how many kinds of rejection it does not name', () => {
    const { bench, call, root } = prepare();
    const long = `${FILL} `.repeat(60);
    const bad: unknown[] = [
      '{ torn',
      { messages: [] },
      pairOf('A?', FILL, { pair_id: 'twice' }),
      pairOf('B?', FILL, { pair_id: 'twice' }),
      pairOf('C?', FILL, { quality_score: 0.1 }),
      pairOf(
        'D?',
        'A client returns it complete and unread with each of its later requests to the same server.',
      ),
      pairOf('E?', 'auth does'),
      pairOf('F?', long),
      pairOf('G?', FILL, { source_timestamp: '2025-01-01T00:00:00Z' }),
      pairOf('H?', FILL, { source_timestamp: '2026-04-01T00:00:00Z' }),
      pairOf('I?', `${FILL} ghp_${'a1B2c3D4e5F6'.repeat(3)}`),
    ];
    put(root, {
      'training/bootstrap.jsonl': `${bad.map((each) => (typeof each === 'string' ? each : line(each as object))).join('\n')}\n`,
    });
    const kinds = call('check').data.gate.reasons.length;
    expect(kinds).toBeGreaterThan(9);
    const said = bench.call('training', 'check', '--now', NOW).stdout.trimEnd().split('\n');
    expect(said.filter((each) => each.includes(' × '))).toHaveLength(8);
    expect(said.at(-1)).toBe(`… and ${kinds - 8} more; --json lists all`);
  });

  it('check asks for what the configuration of the project says, unless an option does', () => {
    const { bench, call, root } = prepare();
    const settings = (build: object) => put(root, { 'config.json': JSON.stringify({ build }) });
    put(root, { 'training/bootstrap.jsonl': different(12).map(line).join('\n') });
    settings({ minPairs: 12 });
    expect(call('check')).toMatchObject({ code: 0, data: { gate: { ok: true, counted: 12, needed: 12 } } });
    expect(call('check', '--min-pairs', '13').code).toBe(1);
    settings({ minPairs: 12, minQuality: 0.95 });
    expect(call('check')).toMatchObject({ code: 1, data: { gate: { counted: 0, rejected: 12 } } });
    expect(call('check', '--min-quality', '0.5').code).toBe(0);
    settings({ minPairs: 'many' });
    expect(call('check')).toMatchObject({ code: 2, diagnostics: [{ code: 'project-config-wrong' }] });
    // Of a run it is the project's own, as for the build: not what agents may have made of it in their tree.
    settings({ minPairs: 12 });
    const { run, dir } = JSON.parse(bench.callWarm('init', '--json').stdout).data as {
      run: string;
      dir: string;
    };
    const manifest = join(dir, 'run.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"mode": "audit"', '"mode": "build"'));
    const integration = join(dir, 'builds/integration');
    put(integration, { 'training/bootstrap.jsonl': '', 'config.json': '{"build":{"minPairs":3}}' });
    expect(call('check', run).data).toMatchObject({ root: integration, gate: { counted: 0, needed: 12 } });
    expect(call('check', '--root', integration).data.gate.needed).toBe(3);
  });

  it('stats counts by taxonomy and names the next number', () => {
    const { bench, call, root } = prepare();
    const pairs = different(4).map((pair, n) => ({
      ...pair,
      metadata: { ...pair.metadata, pair_id: `b-${n + 7}` },
    }));
    put(root, { 'training/bootstrap.jsonl': pairs.map(line).join('\n') });
    const { code, data } = call('stats');
    expect(code).toBe(0);
    expect(data).toMatchObject({
      valid: 4,
      nextPairId: 11,
      shares: [{ taxonomy: 'factual_recall', count: 4, share: 1 }, {}, {}, {}, {}, {}, {}],
    });
    expect(bench.call('training', 'stats', '--now', NOW).stdout).toMatch(
      /factual_recall +4 +100\.0 % +above 25 to 30 %/,
    );
  });

  it('dedupe and expire move lines only with --write, byte for byte, and lose none', () => {
    const { call, read, root } = prepare();
    const [kept, other] = different(2);
    const twin = { ...kept, metadata: { ...kept?.metadata, pair_id: 'twin', quality_score: 0.8 } };
    const old = pairOf('What was auth?', FILL, { source_timestamp: '2025-06-01T00:00:00Z' });
    const text = `\ufeff${line(kept ?? {})}\r\n{ torn\n\n${line(twin)}  \r\n${line(old)}\n${line(other ?? {})}`;
    put(root, { 'training/bootstrap.jsonl': text });
    expect(call('dedupe').data.selected).toMatchObject([{ line: 4, pairId: 'twin' }]);
    expect(read('training/bootstrap.jsonl')).toBe(text);
    const deduped = call('dedupe', '--write');
    expect(deduped.data.removed).toEqual([
      { file: 'bootstrap.jsonl', lines: [4], keptIn: '.orchestration/training/removed/bootstrap.jsonl' },
    ]);
    expect(read('training/bootstrap.jsonl')).toBe(text.replace(`${line(twin)}  \r\n`, ''));
    expect(read('training/removed/bootstrap.jsonl')).toBe(`${line(twin)}  \r\n`);
    expect(call('expire', '--write').data.removed).toMatchObject([{ lines: [4] }]);
    expect(read('training/removed/bootstrap.jsonl')).toBe(`${line(twin)}  \r\n${line(old)}\n`);
    expect(read('training/bootstrap.jsonl')).toBe(
      `\ufeff${line(kept ?? {})}\r\n{ torn\n\n${line(other ?? {})}`,
    );
    expect(call('dedupe', '--write').data.selected).toEqual([]);
    expect(call('expire').data).toMatchObject({ valid: 2, selected: [] });
  });

  it('a contradiction is listed and left to a human', () => {
    const { bench, call, read, root } = prepare();
    const says = (minutes: number) =>
      pairOf('How long do sessions of auth live?', `${FILL} Sessions live ${minutes} minutes.`);
    const text = [says(15), says(30)].map(line).join('\n');
    put(root, { 'training/bootstrap.jsonl': text });
    expect(call('dedupe', '--write').data).toMatchObject({
      valid: 0,
      selected: [],
      conflicts: [{ differs: ['numbers'] }],
    });
    expect(read('training/bootstrap.jsonl')).toBe(text);
    expect(bench.call('training', 'check', '--now', NOW).stdout).toMatch(
      /conflict in numbers: .* both are rejected/,
    );
  });

  it.each(['openai', 'sharegpt', 'plain'])(
    'export %s writes valid pairs alone, split the same way each time',
    (format) => {
      const { bench, call, read, root } = prepare();
      const pairs = different(12);
      const bad = pairOf('Q?', `${FILL} rejected-by-quality`, { quality_score: 0.1 });
      put(root, { 'training/bootstrap.jsonl': [...pairs, bad].map(line).join('\n') });
      const { code, data } = call('export', '--format', format, '--validation', '0.4');
      expect(code).toBe(0);
      const written = ['train', 'validation'].map((name) => read(`training/export/${format}/${name}.jsonl`));
      expect(written.map((text) => text.split('\n').length - 1)).toEqual([
        data.exported.train,
        data.exported.validation,
      ]);
      expect(data.exported.train + data.exported.validation).toBe(12);
      expect(written.join('')).not.toContain('rejected-by-quality');
      call('export', '--format', format, '--validation', '0.4', '--out', 'tuning');
      expect(
        ['train', 'validation'].map((name) =>
          readFileSync(join(bench.project, 'tuning', `${name}.jsonl`), 'utf8'),
        ),
      ).toEqual(written);
      expect(call('stats').data.lines).toBe(13);
    },
  );

  it('export without a valid pair writes nothing', () => {
    const { bench, call, root } = prepare();
    put(root, { 'training/bootstrap.jsonl': line(pairOf('Q?', 'short')) });
    expect(call('export').code).toBe(1);
    expect(existsSync(join(root, '.orchestration/training/export'))).toBe(false);
    expect(bench.call('training', 'export', '--now', NOW).stdout).toMatch(/no valid pair/);
  });

  it('pairs from a contested interface do not count while the conflict is open', () => {
    const { call, root } = prepare();
    const pair = pairOf('Q?', FILL, { source_refs: ['contracts/interfaces/auth.interface.md'] });
    const report = '# A session\n\n## Contract\n\n`interfaces/auth.interface.md`: it cannot be kept.\n';
    put(root, { 'training/bootstrap.jsonl': line(pair), 'conflicts/auth-session.md': report });
    const [open] = call('stats').data.rejected;
    expect(open.reasons).toEqual([
      { code: 'open-conflict', detail: '.orchestration/conflicts/auth-session.md' },
    ]);
    const conflict = unwrap(parseConflict('auth-session', report, ['auth']));
    put(root, {
      'contracts/decisions/001-session.md': `# Session\n\n## Context\n\n${resolvedLine(conflict)}\n`,
    });
    expect(call('stats').data).toMatchObject({ valid: 1, rejected: [] });
  });

  it('an identifier of an interface is a name of the project', () => {
    const { call, root } = prepare();
    const answer = (name: string) =>
      `Every caller gets what ${name} makes, and gives it back with each of its later requests, unread.`;
    put(root, {
      'training/a.jsonl': [pairOf('Q one?', answer('createSession')), pairOf('Z?', answer('it'))]
        .map(line)
        .join('\n'),
    });
    expect(call('stats').data).toMatchObject({
      valid: 1,
      rejected: [{ line: 2, reasons: [{ code: 'no-noun' }] }],
    });
  });

  it('refuses links, wrong places and wrong options, each with what to do', () => {
    const { bench, call, root } = prepare();
    put(root, { 'training/bootstrap.jsonl': '' });
    symlinkSync('/etc/hostname', join(root, '.orchestration/training/link.jsonl'));
    expect(call('check')).toMatchObject({
      code: 2,
      diagnostics: [{ code: 'link-refused', fix: expect.any(String) }],
    });
    expect(call('check', '--root', 'nowhere')).toMatchObject({
      code: 2,
      diagnostics: [{ code: 'training-root' }],
    });
    expect(call('check', 'no-such-run')).toMatchObject({ code: 2, diagnostics: [{ code: 'run-unknown' }] });
    for (const wrong of [
      ['burn'],
      ['export', '--validation', '0.9'],
      ['check', '--min-quality', 'x'],
      ['check', '--min-pairs', '0'],
    ])
      expect(call(...wrong).code).toBe(2);
    expect(bench.call('training', 'export', '--format', 'xml').code).toBe(2);
  });

  it('reads the integration worktree of a build run, and the project of any other', () => {
    const { bench, call, root } = prepare();
    const { run, dir } = JSON.parse(bench.callWarm('init', '--json').stdout).data as {
      run: string;
      dir: string;
    };
    expect(call('stats', run).data.root).toBe(root);
    const integration = join(dir, 'builds/integration');
    mkdirSync(integration, { recursive: true });
    put(integration, { 'training/bootstrap.jsonl': '' });
    expect(call('stats', run).data.root).toBe(root);
    const manifest = join(dir, 'run.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"mode": "audit"', '"mode": "build"'));
    expect(call('stats', run).data.root).toBe(integration);
    expect(call('stats').data.root).toBe(integration);
    expect(readdirSync(join(integration, '.orchestration/training'))).toEqual(['bootstrap.jsonl']);
  });
});
