import { countOf } from '../../../findings/words.ts';
import { selectCode } from '../../../source/select.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';

const HEADER =
  /SPDX-License-Identifier|copyright\s+(?:\(c\)|©|\d{4})|©\s*\d{4}|licensed under the|this file is part of/i;
const HEAD_LENGTH = 1500;

/** A habit: so many files, and so large a part of them. */
const MIN_FILES = 10;
const MIN_SHARE = 0.7;
/** An empty `__init__.py` has nothing to protect. */
const MIN_LINES = 10;

/** Files without the licence header that nearly all others have. */
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
    return reportHits([], [`${note} That is no habit of this project; not judged.`]);
  return reportHits(without.map(toHit), [note]);
}

function toHit(path: string): Hit {
  return {
    rule: 'missing-header',
    severity: 'minor',
    title: 'missing-header: no licence header, unlike the other sources',
    path,
    line: 1,
    detail: 'Copied alone, it has no terms; add the header that the others have.',
  };
}
