import type { Report } from './report-types.ts';

/** report.json: the report itself. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
