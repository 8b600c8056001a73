import type { Finding } from '../report/finding.ts';
import { plainText } from '../report/plain-text.ts';

/** A finding in the form in which agents write and read them. */
export function lineOf({ severity, title, path, line, detail }: Finding): string {
  const place = path === undefined ? [] : [line === undefined ? path : `${path}:${line}`];
  const parts = [plainText(title, 200), ...place, ...(detail ? [plainText(detail, 600)] : [])];
  return `[${severity}] ${parts.join(' — ')}`;
}
