import { quotePath } from '../../findings/quote-path.ts';
import { hasEscapedBytes, pathBytes } from '../../system/files/path-bytes.ts';
import type { ReportFinding } from './report-types.ts';

// A document in JSON is UTF-8, so other bytes need a form of their own.
export function toPlace(path: string | undefined): Pick<ReportFinding, 'path' | 'pathBytes'> {
  if (path === undefined) return { path: null };
  if (!hasEscapedBytes(path)) return { path };
  return { path: quotePath(path), pathBytes: pathBytes(path).toString('hex') };
}
