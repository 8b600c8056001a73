import { countOf } from '../../../findings/words.ts';
import { readLargeStorage } from '../../../source/attributes.ts';
import { isForeignPath, isForeignText, isLockFile, isTest, isVendored } from '../../../source/kinds.ts';
import { languageOf } from '../../../source/languages.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';

const KIB = 1024;
const MIB = KIB * KIB;
/** GitHub warns at 50 MiB and refuses 100. */
const HUGE = 50 * MIB;
const BIG = 5 * MIB;
const NOTABLE = MIB;
const IMAGE = 512 * KIB;
const BUNDLE = 300 * KIB;
const LONG_SOURCE_LINES = 3000;

/** Reports large, generated and very long files. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const isStoredElsewhere = readLargeStorage(tree);
  const files = tree.files.filter((f) => !isStoredElsewhere(f.path) && (!tree.git || f.tracked !== false));
  const hits = files.flatMap((file) => judgeFile(file) ?? []);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return reportHits(hits, [`Measured ${countOf(files.length, 'file')}, ${formatSize(bytes)} in total.`]);
}

function judgeFile(file: SourceFile): Hit | undefined {
  const { path, size } = file;
  if (isVendored(path) || isLockFile(path)) return undefined;
  if (size >= NOTABLE) return isImage(path) ? heavyImage(file) : largeFile(file);
  if (size >= IMAGE && isImage(path)) return heavyImage(file);
  if (size >= BUNDLE && isBundle(file)) return generatedFile(file);
  return longSource(file);
}

function isImage(path: string): boolean {
  return /\.(?:png|jpe?g|gif|bmp|tiff?|webp|avif|svg)$/i.test(path);
}

function isBundle(file: SourceFile): boolean {
  if (!/\.(?:m?js|css|html)$/.test(file.path)) return false;
  return isForeignPath(file.path) || isForeignText(file.text() ?? '');
}

function largeFile({ path, size }: SourceFile): Hit {
  const severity = size >= HUGE || (size >= BIG && !isTest(path)) ? 'major' : 'minor';
  return {
    rule: 'large-file',
    severity,
    title: `large-file: ${formatSize(size)}`,
    path,
    detail: 'Every clone downloads all versions of the file; store it in git LFS, a release or a bucket.',
  };
}

function heavyImage({ path, size }: SourceFile): Hit {
  return {
    rule: 'heavy-image',
    severity: 'minor',
    title: `heavy-image: ${formatSize(size)}`,
    path,
    detail: 'Pages with this image load slowly; scale the image to its displayed size and use WebP or AVIF.',
  };
}

function generatedFile({ path, size }: SourceFile): Hit {
  return {
    rule: 'tracked-bundle',
    severity: 'minor',
    title: `tracked-bundle: generated, ${formatSize(size)}`,
    path,
    detail:
      'Each build adds another copy to the history; build the file at release time, or mark it linguist-generated if it is intended.',
  };
}

function longSource(file: SourceFile): Hit | undefined {
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
  return {
    rule: 'long-source',
    severity: 'minor',
    title: `long-source: ${countOf(lines, 'line')}`,
    path: file.path,
    detail:
      'A file of this length is slow to edit, compile and review; split it into parts that change together.',
  };
}

/** Formats bytes as B, KiB or MiB. */
export function formatSize(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`;
  if (bytes < MIB) return `${Math.round(bytes / KIB)} KiB`;
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
