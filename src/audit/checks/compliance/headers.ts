import { countOf } from '../../../findings/words.ts';
import { selectCode } from '../../../source/select.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';

const HEADER =
  /SPDX-License-Identifier|copyright\s+(?:\(c\)|©|\d{4})|©\s*\d{4}|licensed under the|this file is part of/i;
const HEAD_LENGTH = 1500;

/** Headers count as a habit of the project from this many files and from this share of them. */
const MIN_FILES = 10;
const MIN_SHARE = 0.7;
/** Shorter files, such as an empty `__init__.py`, need no header. */
const MIN_LINES = 10;

/** Reports files without a licence header if most files of the project have one. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const without: string[] = [];
  let files = 0;
  for (const { path, text, test, sample, language } of selectCode(tree)) {
    if (test || sample || language === 'yaml' || language === 'html' || text.split('\n').length < MIN_LINES)
      continue;
    files += 1;
    if (!HEADER.test(text.slice(0, HEAD_LENGTH))) without.push(path);
  }
  const share = files === 0 ? 0 : (files - without.length) / files;
  const note = `${files - without.length} of ${countOf(files, 'source')} have a licence header.`;
  if (files < MIN_FILES || share < MIN_SHARE)
    return reportHits([], [`${note} The project has too few headers to check for missing ones.`]);
  return reportHits(without.map(toHit), [note]);
}

function toHit(path: string): Hit {
  return {
    rule: 'missing-header',
    severity: 'minor',
    title: 'missing-header: no licence header, although most sources have one',
    path,
    line: 1,
    detail: 'A copy of this file alone has no licence terms; add the header that the other files have.',
  };
}
