import type { Report } from './report-types.ts';

/** Renders report.json: the report as JSON. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
