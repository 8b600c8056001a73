// Prints recall and quiet of the built-in audit on tests/corpus. `--wrong` also lists each wrong verdict.
import { readCorpus } from './corpus.ts';
import { judgeCorpus, type Score, scoreVerdicts } from './measure.ts';

const percent = (part: number, whole: number) =>
  whole === 0 ? '-' : `${Math.round((part / whole) * 100)} %`;

function row({ name, found, faulty, quiet, harmless }: Score): string {
  const alarms = harmless - quiet;
  return `| ${name} | ${found} of ${faulty} | ${percent(found, faulty)} | ${quiet} of ${harmless} | ${percent(found, found + alarms)} |`;
}

const verdicts = await judgeCorpus(readCorpus());
const { rules, all } = scoreVerdicts(verdicts);
console.log('| rule | found | recall | harmless quiet | precision |\n| --- | --- | --- | --- | --- |');
for (const score of [...rules, all]) console.log(row(score));
if (process.argv.includes('--wrong')) {
  for (const { snippet, rules: said, isRight } of verdicts) {
    if (isRight) continue;
    const wanted = snippet.isFaulty ? snippet.rule : 'nothing';
    console.log(
      `\n${snippet.origin}: wanted ${wanted}, got ${said.join(', ') || 'nothing'}\n${snippet.code}`,
    );
  }
}
