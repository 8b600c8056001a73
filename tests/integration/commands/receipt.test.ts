import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf, type Receipt } from '../../../src/run/receipt/receipt.ts';
import { BuildRun, RUN } from '../../harness/build-run.ts';
import { Bench, domainsOf, findBuild, type Run } from '../../harness/sao.ts';

const built = findBuild();
const REPORT = '# A\n\ntext\n\n## Findings\nNone.\n\n<!-- DONE -->\n';

interface Answer {
  run: string;
  file: string;
  events: number;
  documents: number;
  approvals: { type: string; level: string }[];
  verified?: {
    faults: string[];
    comparedFiles: boolean;
    checkedSeals: boolean;
    signatures: { signed?: { event: number; signer: string }[]; notVerified?: string };
  };
}

function answer(bench: Bench, ...args: string[]): { code: number | null; data: Answer } {
  const { code, stdout, stderr } = bench.call('receipt', ...args, '--json');
  if (stdout === '') throw new Error(stderr);
  return { code, data: JSON.parse(stdout).data as Answer };
}

function finished(): { bench: Bench; run: Run; file: string } {
  const bench = new Bench(built.path);
  const run = bench.plan(domainsOf([2]));
  for (const path of ['workers/a1.md', 'workers/a2.md', 'synthesis/d1.md'])
    writeFileSync(join(run.dir, path), REPORT);
  bench.call('report', run.id);
  return { bench, run, file: join(bench.home, 'receipt.json') };
}

describe('sao receipt', () => {
  it('writes one file that verifies alone, with the files, and after the run is gone', () => {
    const { bench, run, file } = finished();
    const made = answer(bench, run.id, '--output', file);
    expect(made.code).toBe(0);
    expect(made.data.events).toBe(run.ledger().length);
    expect(made.data.approvals).toMatchObject([{ type: 'plan-confirmed', level: 'unattended' }]);
    const paths = (JSON.parse(readFileSync(file, 'utf8')).documents as { path: string }[]).map(
      ({ path }) => path,
    );
    for (const path of [
      'run.json',
      'plan.json',
      'prompts/a1.md',
      'workers/a2.md',
      'synthesis/d1.md',
      'report.md',
    ])
      expect(paths).toContain(path);
    expect(answer(bench, 'verify', file, '--files', run.dir)).toMatchObject({
      code: 0,
      data: { verified: { faults: [], comparedFiles: true, checkedSeals: true } },
    });
    expect(answer(bench, 'verify', file)).toMatchObject({
      code: 0,
      data: { verified: { comparedFiles: false } },
    });
  });

  it('is verified by a stranger without the key, who is told what that does not show', () => {
    const { bench, run, file } = finished();
    bench.call('receipt', run.id, '--output', file);
    const receipt = JSON.parse(readFileSync(file, 'utf8')) as Receipt;
    // As on a machine with another key.
    receipt.sealKey = '0'.repeat(16);
    writeFileSync(file, `${JSON.stringify({ ...receipt, digest: digestOf(receipt) })}\n`);
    const { code, stdout } = bench.call('receipt', 'verify', file);
    expect(code).toBe(0);
    expect(stdout).toContain('Not checked: the seals of the approvals');
    expect(stdout).toContain('Who made the receipt shows only a signature of the file.');
  });

  it('names a changed and a missing document', () => {
    const { bench, run, file } = finished();
    bench.call('receipt', run.id, '--output', file);
    appendFileSync(join(run.dir, 'workers', 'a1.md'), 'x');
    const { code, data } = answer(bench, 'verify', file, '--files', run.dir);
    expect(code).toBe(1);
    expect(data.verified?.faults).toEqual([expect.stringMatching(/^workers\/a1\.md was changed/)]);
    expect(answer(bench, 'verify', file, '--files', bench.project).data.verified?.faults).toContain(
      'plan.json is missing',
    );
  });

  it('names an output that was changed or removed after it was accepted, when it is made and when it is verified', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([2]));
    run.carryOut(bench.fake());
    const file = join(bench.home, 'receipt.json');
    const whole = bench.call('receipt', run.id, '--output', file);
    expect([whole.code, whole.stderr]).toEqual([0, '']);
    expect(answer(bench, 'verify', file).code).toBe(0);

    appendFileSync(join(run.dir, 'workers', 'a1.md'), 'x');
    appendFileSync(join(run.dir, 'synthesis', 'd1.md'), 'x');
    rmSync(join(run.dir, 'workers', 'a2.md'));
    const made = bench.call('receipt', run.id, '--output', file);
    expect(made.code).toBe(0);
    expect(made.stderr).toContain(`sao retry ${run.id} a1`);
    const { code, data } = answer(bench, 'verify', file);
    expect(code).toBe(1);
    const said = [
      /^workers\/a1\.md was changed after event \d+ had accepted it as the output of a1$/,
      /^the output of a2 is missing, which event \d+ accepted$/,
      /^synthesis\/d1\.md was changed after event \d+ had accepted it as the output of coord-d1$/,
    ];
    expect(data.verified?.faults).toHaveLength(3);
    expect(data.verified?.faults).toEqual(
      expect.arrayContaining(said.map((text) => expect.stringMatching(text))),
    );
    for (const text of said) expect(made.stderr).toMatch(new RegExp(text.source.replace(/[$^]/g, '')));
  });

  it('names no output that sao retry has set aside', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([2]));
    run.carryOut(bench.fake());
    bench.call('retry', run.id, 'a1', '--force');
    const file = join(bench.home, 'receipt.json');
    expect(bench.call('receipt', run.id, '--output', file).stderr).toBe('');
    expect(answer(bench, 'verify', file).code).toBe(0);
  });

  it('names an approval that was copied from another run, when it is made and when it is verified', () => {
    const { bench, run, file } = finished();
    const other = bench.plan(domainsOf([1]));
    const stolen = readFileSync(join(other.dir, 'ledger.jsonl'), 'utf8')
      .split('\n')
      .find((line) => line.includes('"plan-confirmed"'));
    appendFileSync(join(run.dir, 'ledger.jsonl'), `${stolen}\n`);
    bench.call('receipt', run.id, '--output', file);
    const { code, data } = answer(bench, 'verify', file);
    expect(code).toBe(1);
    expect(data.verified?.faults).toEqual([
      `event ${data.events} (plan-confirmed) is an approval that the run does not count: it is not proved for this run, or was used before`,
    ]);
  });

  it('is verified with a list of signers, and says in words what is not verified without one', () => {
    const bench = new Bench(built.path);
    new BuildRun({ project: bench.project, root: join(bench.home, 'runs') });
    const [mine, other] = ['mine', 'other'].map((name) => {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(bench.home, name)]);
      return readFileSync(join(bench.home, `${name}.pub`), 'utf8')
        .split(' ')
        .slice(0, 2)
        .join(' ');
    });
    bench.configure({ signingKey: join(bench.home, 'mine'), approvals: 'signed' });
    writeFileSync(join(bench.home, 'config', 'sao', 'allowed_signers'), `ada ${mine}\n`);
    expect(bench.person('gate', 'approve', 'architect', RUN, '--yes').code).toBe(0);
    const file = join(bench.home, 'receipt.json');
    bench.call('receipt', RUN, '--output', file);

    const alone = bench.call('receipt', 'verify', file).stdout;
    expect(alone).toContain(
      'Signatures of approvals not verified: 1 signed approval; name a list with --signers FILE.',
    );
    const list = join(bench.home, 'signers');
    writeFileSync(list, `ada ${mine}\n`);
    const good = answer(bench, 'verify', file, '--signers', list);
    expect(good).toMatchObject({ code: 0, data: { verified: { faults: [] } } });
    expect(good.data.verified?.signatures.signed).toEqual([{ event: expect.any(Number), signer: 'ada' }]);
    expect(bench.call('receipt', 'verify', file, '--signers', list).stdout).toMatch(
      /^Verified: event \d+ is signed by ada\.$/m,
    );
    writeFileSync(list, `eve ${other}\n`);
    const bad = answer(bench, 'verify', file, '--signers', list);
    expect(bad.code).toBe(1);
    expect(bad.data.verified?.faults).toEqual([
      expect.stringMatching(
        /^event \d+ \(gate-approved\): its signature is not valid, or of a key that the list/,
      ),
    ]);
    expect(answer(bench, 'verify', file, '--signers', join(bench.home, 'none')).code).toBe(2);
  });

  it.each([
    [['verify'], 'usage'],
    [['verify', 'none.json'], 'receipt-missing'],
    [['verify', 'package.json'], 'receipt-unreadable'],
  ])('%j is told what is wrong', (args, code) => {
    const bench = new Bench(built.path);
    writeFileSync(join(bench.project, 'package.json'), '{}');
    const ended = bench.call('receipt', ...args, '--json');
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout).diagnostics[0].code).toBe(code);
  });

  it('of 1,000 agents is made and verified', { timeout: 60_000 }, () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf(Array.from({ length: 125 }, () => 8)));
    mkdirSync(join(run.dir, 'workers'), { recursive: true });
    for (let n = 1; n <= 1000; n++) writeFileSync(join(run.dir, 'workers', `a${n}.md`), REPORT);
    const file = join(bench.home, 'receipt.json');
    expect(answer(bench, run.id, '--output', file).data.documents).toBeGreaterThan(2000);
    expect(answer(bench, 'verify', file, '--files', run.dir)).toMatchObject({ code: 0 });
  });
});
