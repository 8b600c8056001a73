import { countOf } from '../../../findings/words.ts';
import { readLargeStorage } from '../../../source/attributes.ts';
import { isForeignPath, isForeignText, isLockFile, isTest, isVendored } from '../../../source/kinds.ts';
import { languageOf } from '../../../source/languages.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult, Fact } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';

const KIB = 1024;
const MIB = KIB * KIB;
/** GitHub warns at 50 MiB and refuses 100. */
const HUGE = 50 * MIB;
const NOTABLE = MIB;
const IMAGE = 512 * KIB;
const BUNDLE = 300 * KIB;
const LONG_SOURCE_LINES = 1500;

/** Largest number of files that the report lists per topic. */
const MAX_LISTED = 10;

/** Reports very large files, and lists large, generated and very long ones. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const isStoredElsewhere = readLargeStorage(tree);
  const files = tree.files.filter((f) => !isStoredElsewhere(f.path) && (!tree.git || f.tracked !== false));
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const notes = [`Measured ${countOf(files.length, 'file')}, ${formatSize(bytes)} in total.`];
  const numbers = [
    ...listTop('Large files', files, measureSize),
    ...listTop('Long files', files, measureLines),
  ];
  return reportHits(files.flatMap(judgeFile), notes, { numbers });
}

/** A measured file: its rank and the words for the report. */
interface Measure {
  amount: number;
  text: string;
}

function listTop(
  topic: string,
  files: readonly SourceFile[],
  measure: (file: SourceFile) => Measure | undefined,
): Fact[] {
  const measured = files.flatMap((file) => measure(file) ?? []).sort((a, b) => b.amount - a.amount);
  const more = measured.length - MAX_LISTED;
  return [
    ...measured.slice(0, MAX_LISTED).map(({ text }) => ({ topic, text })),
    ...(more > 0 ? [{ topic, text: `${more} more` }] : []),
  ];
}

function measureSize(file: SourceFile): Measure | undefined {
  const { path, size } = file;
  if (isVendored(path) || isLockFile(path)) return undefined;
  const isBig = size >= NOTABLE || (size >= IMAGE && isImage(path)) || (size >= BUNDLE && isBundle(file));
  return isBig ? { amount: size, text: `${path}: ${formatSize(size)}` } : undefined;
}

function judgeFile({ path, size }: SourceFile): Hit[] {
  if (size < HUGE || isVendored(path) || isLockFile(path)) return [];
  const title = `large-file: ${formatSize(size)}`;
  const detail =
    'Every clone downloads all versions of the file; store it in git LFS, a release or a bucket.';
  return [{ rule: 'large-file', severity: isTest(path) ? 'minor' : 'major', title, path, detail }];
}

function isImage(path: string): boolean {
  return /\.(?:png|jpe?g|gif|bmp|tiff?|webp|avif|svg)$/i.test(path);
}

function isBundle(file: SourceFile): boolean {
  if (!/\.(?:m?js|css|html)$/.test(file.path)) return false;
  return isForeignPath(file.path) || isForeignText(file.text() ?? '');
}

function measureLines(file: SourceFile): Measure | undefined {
  // Code has more than 20 characters per line, so a smaller file is not that long and need not be read.
  if (
    file.size < LONG_SOURCE_LINES * 20 ||
    !languageOf(file.path) ||
    /\.d\.[cm]?ts$/.test(file.path) ||
    isForeignPath(file.path)
  )
    return undefined;
  const text = file.text() ?? '';
  const lines = text.split('\n').length;
  if (lines < LONG_SOURCE_LINES || isTest(file.path) || isForeignText(text)) return undefined;
  return { amount: lines, text: `${file.path}: ${countOf(lines, 'line')}` };
}

/** Formats bytes as B, KiB or MiB. */
export function formatSize(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`;
  if (bytes < MIB) return `${Math.round(bytes / KIB)} KiB`;
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
