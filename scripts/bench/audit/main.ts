// Prints recall and quiet of the built-in audit on tests/corpus. `--wrong` also lists each wrong verdict; `--speed FOLDER` also measures it beside ESLint
// and secretlint, which are installed in FOLDER; `--write` writes the tables to docs/benchmarks.md.
import { keepTable } from '../page.ts';
import { readCorpus } from './corpus.ts';
import { judgeCorpus, type Score, scoreVerdicts } from './measure.ts';
import { measureSpeed, PEERS } from './speed.ts';

const percent = (part: number, whole: number) =>
  whole === 0 ? '-' : `${Math.round((part / whole) * 100)} %`;

function row({ name, found, faulty, quiet, harmless }: Score): string {
  const alarms = harmless - quiet;
  return `| ${name} | ${found} of ${faulty} | ${percent(found, faulty)} | ${quiet} of ${harmless} | ${percent(found, found + alarms)} |`;
}

const verdicts = await judgeCorpus(readCorpus());
const { rules, all } = scoreVerdicts(verdicts);
const head = ['| rule | found | recall | harmless quiet | precision |', '| --- | --- | --- | --- | --- |'];
const rows = [...rules, all].map(row);
console.log([...head, ...rows].join('\n'));
const isKept = process.argv.includes('--write');
if (isKept) keepTable({ mark: 'bench-corpus', head, rows }, true);
const peers = process.argv[process.argv.indexOf('--speed') + 1];
if (process.argv.includes('--speed')) {
  if (peers === undefined || peers.startsWith('--'))
    throw new Error(
      `--speed needs a folder: npm install --prefix FOLDER --ignore-scripts ${PEERS.join(' ')}`,
    );
  const speedHead = ['| what | measured | bound | holds |', '| --- | --- | --- | --- |'];
  const speed = await measureSpeed(peers);
  console.log(['', ...speedHead, ...speed].join('\n'));
  const machine = `Node ${process.versions.node}.`;
  if (isKept) keepTable({ mark: 'bench-audit', head: speedHead, rows: speed, machine }, true);
}
if (process.argv.includes('--wrong')) {
  for (const { snippet, rules: said, isRight } of verdicts) {
    if (isRight) continue;
    const wanted = snippet.isFaulty ? snippet.rule : 'nothing';
    console.log(
      `\n${snippet.origin}: wanted ${wanted}, got ${said.join(', ') || 'nothing'}\n${snippet.code}`,
    );
  }
}
