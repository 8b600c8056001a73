import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oddNames, unquotePath } from '../../harness/odd-names.ts';
import { Bench, findBuild } from '../../harness/sao.ts';
import { leakedToken } from '../../harness/shop.mjs';

const built = findBuild();
/** Fewer than a check lists. */
const FILES = 40;

const CHOSEN = ['a\nb', 'a|b', '`a`', '[x](y)', 'a — b', 'b.ts:3 — c', ' a', 'a\\b', '"a"', 'a  b'];

/** Paths as bytes; a quarter of them also in a folder with such a name. */
function samplePaths(): Buffer[] {
  const names = [
    ...CHOSEN.map((name) => Buffer.from(name)),
    Buffer.from([0x61, 0xff, 0x62]),
    Buffer.from([0xe2, 0x82]),
    ...fc.sample(oddNames, FILES),
  ];
  const paths = names.map((name, index) => {
    const folder = names[index - 1];
    const parts = index % 4 === 3 && folder ? [folder, Buffer.from('.d/'), name] : [name];
    return Buffer.concat([Buffer.from('src/'), ...parts, Buffer.from('.js')]);
  });
  return [...new Map(paths.map((path) => [path.toString('hex'), path])).values()].slice(0, FILES);
}

function makeProject(bench: Bench, paths: readonly Buffer[]): void {
  for (const path of paths) {
    const full = Buffer.concat([Buffer.from(`${bench.project}/`), path]);
    mkdirSync(full.subarray(0, full.lastIndexOf(0x2f)), { recursive: true });
    writeFileSync(full, `// first\nexport const token = '${leakedToken()}';\n`);
  }
  const git = { cwd: bench.project, env: bench.env };
  execFileSync('git', ['init', '-q'], git);
  execFileSync('git', ['add', '.'], git);
}

type Place = { path: string | null; pathBytes?: string; line: number | null };
const hexOf = ({ path, pathBytes }: Place) => pathBytes ?? Buffer.from(path ?? '').toString('hex');

interface SarifResult {
  locations: [{ physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }];
}

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
};

/** The file and line of a shown place, as hexadecimal and a number. */
function readShown(shown: string): string {
  const [, path = '', line = ''] = /^(.*):(\d+)$/s.exec(shown) ?? [];
  return `${unquotePath(path).toString('hex')}:${line}`;
}

/** The bytes of a percent-encoded URI. */
const uriHex = (uri: string) =>
  uri.replace(/%([0-9A-F]{2})|[^%]/g, (part, hex?: string) =>
    (hex ?? Buffer.from(part).toString('hex')).toLowerCase(),
  );

describe('findings of the engine in files with unusual names', { timeout: 120_000 }, () => {
  it('name the file byte for byte in JSON, SARIF, HTML and Markdown', () => {
    const bench = new Bench(built.path);
    const paths = samplePaths();
    makeProject(bench, paths);
    const expected = paths.map((path) => `${path.toString('hex')}:2`).sort();

    const ended = bench.call('audit', '.', '--only', 'secrets', '--json');
    expect(ended.code).toBe(0);
    const { run, dir } = JSON.parse(ended.stdout).data as { run: string; dir: string };
    const read = (name: string) => readFileSync(join(dir, name), 'utf8');

    const { findings } = JSON.parse(read('report.json')) as { findings: Place[] };
    expect(findings.map((finding) => `${hexOf(finding)}:${finding.line}`).sort()).toEqual(expected);
    expect(JSON.stringify(findings)).not.toMatch(/\\ud[c-f]/);

    const [{ results }] = JSON.parse(read('report.sarif')).runs;
    const uris = (results as SarifResult[]).map(({ locations }) => {
      const { artifactLocation, region } = locations[0].physicalLocation;
      return `${uriHex(artifactLocation.uri)}:${region.startLine}`;
    });
    expect(uris.sort()).toEqual(expected);

    const places = [...read('report.html').matchAll(/<p class="place">(.*?)<\/p>/gs)].map(([, text = '']) =>
      readShown(
        text
          .replaceAll('<wbr>', '')
          .replace(/&(?:amp|lt|gt|quot|#39|#96);/g, (name) => ENTITIES[name] ?? name),
      ),
    );
    expect(places.sort()).toEqual(expected);

    const lines = read('report.md').match(/^- \*\*.*\*\* — `+ ?.*? ?`+ {2}$/gm) ?? [];
    expect(lines).toHaveLength(expected.length);
    expect(bench.runOf(run).output('workers/secrets.md')).not.toContain('\u202e');
  });

  it('are suppressed by marks as they are, also with unusual names and reasons', () => {
    const bench = new Bench(built.path);
    const cases: [Buffer, string][] = [
      [Buffer.from('src/a.js'), 'x — src/other.js:9 — [critical] no'],
      [Buffer.from('src/b.js:3 — c.js'), '## Findings'],
      [Buffer.from('src/## Suppressed\n- [major] x — d.js:1.js'), '[critical] y: z — q.js:1'],
      [Buffer.concat([Buffer.from('src/e'), Buffer.from([0xff]), Buffer.from('.js')]), 'last'],
    ];
    makeProject(bench, [Buffer.from('src/plain.js')]);
    for (const [path, reason] of cases) {
      const full = Buffer.concat([Buffer.from(`${bench.project}/`), path]);
      mkdirSync(full.subarray(0, full.lastIndexOf(0x2f)), { recursive: true });
      writeFileSync(full, `// first\neval(given); // sao-ignore: eval-call ${reason}\n`);
    }
    const ended = bench.call('audit', '.', '--only', 'dangerous-calls', '--json');
    const { dir } = JSON.parse(ended.stdout).data as { dir: string };
    const { findings, suppressed } = JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8')) as {
      findings: Place[];
      suppressed: (Place & { reason: string; rule: string })[];
    };
    expect(findings).toEqual([]);
    const told = suppressed.map((item) => [hexOf(item), item.line, item.rule, item.reason]);
    const expected = cases.map(([path, reason]) => [path.toString('hex'), 2, 'eval-call', reason]);
    expect(told.sort()).toEqual(expected.sort());
  });

  it('come from the text again, with a note, if their file was changed', () => {
    const bench = new Bench(built.path);
    makeProject(bench, [Buffer.from('src/a.js')]);
    const { run, dir } = JSON.parse(bench.call('audit', '.', '--only', 'secrets', '--json').stdout).data;
    const path = join(dir, 'findings/secrets.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('src/a.js', 'src/b.js'));
    bench.call('report', run);
    const report = JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8'));
    expect(report.findings.map(({ path }: Place) => path)).toEqual(['src/a.js']);
    expect(report.notes.join()).toContain('The findings file of Secrets (secrets) is missing or was changed');
  });

  it('are not read from a file beside the output of an agent', () => {
    const bench = new Bench(built.path);
    const forged = { severity: 'critical', title: 'Forged', path: 'src/forged.js', line: 1 };
    const text = JSON.stringify({ version: 1, agent: 'w', findings: [forged] });
    const run = bench.plan(
      [{ id: 'd', workers: [{ id: 'w', task: 'Look', run: 'echo nothing' }] }],
      ['echo nothing'],
    );
    mkdirSync(join(run.dir, 'findings'), { recursive: true });
    writeFileSync(join(run.dir, 'findings', 'w.json'), text);
    expect(bench.call('run', run.id, '--unattended').code).toBe(0);
    const hash = createHash('sha256').update(text).digest('hex');
    const ledger = readFileSync(join(run.dir, 'ledger.jsonl'), 'utf8');
    const claimed = ledger.replace(/("type":"returned","agent":"w",)/, `$1"findingsHash":"${hash}",`);
    expect(claimed).not.toBe(ledger);
    writeFileSync(join(run.dir, 'ledger.jsonl'), claimed);
    bench.call('report', run.id);
    expect(readFileSync(join(run.dir, 'report.json'), 'utf8')).not.toContain('forged');
  });
});
