import { readBoundedText } from '../../system/files/bounded.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import type { Report } from './report-types.ts';

/** Maximum size of a report in JSON that is read, in bytes. */
const MAX_REPORT_BYTES = 64 * 1024 * 1024;

/** Reads the report.json of a run. Rejects one that is missing, too large or damaged. */
export function readReport(path: string): Result<Report> {
  try {
    const report = JSON.parse(readBoundedText(path, MAX_REPORT_BYTES)) as Report | null;
    if (Array.isArray(report?.findings) && Array.isArray(report.gaps)) return accept(report);
    return rejectReport(path, 'it is not a report');
  } catch (error) {
    return rejectReport(path, error instanceof Error ? error.message : String(error));
  }
}

function rejectReport(path: string, reason: string) {
  return reject({
    code: 'report-unreadable',
    message: `${path} cannot be read: ${reason.slice(0, 300)}`,
    target: path,
    fix: 'write it again with `sao report RUN` for the run in that folder',
  });
}
