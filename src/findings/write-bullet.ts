import type { Finding } from './finding.ts';
import { readPlace } from './place.ts';
import { plainText } from './plain-text.ts';
import { quotePath } from './quote-path.ts';

/** Writes a finding as `- [severity] title — path:line — detail`, which `parseFindings` reads. */
export function writeBullet({ severity, title, path, line, detail }: Finding): string {
  const parts = [
    `- [${severity}] ${withoutDashes(plainText(title))}`,
    ...(path === undefined ? [] : [writePlace(path, line)]),
    ...(detail === undefined ? [] : [plainText(detail)]),
  ];
  return parts.join(' — ');
}

// A dash with spaces around it would end the title.
function withoutDashes(title: string): string {
  return title.replace(/ (?:--?|[–—])(?= )/g, ':').replace(/ :/g, ':');
}

// The shortest form that is read as this place: a bare name may need `./`, a path with spaces needs backticks. A path that no form
// can carry is named in words, which are read as no place at all instead of as another one.
function writePlace(path: string, line: number | undefined): string {
  const place = `${plainText(path)}${line === undefined ? '' : `:${line}`}`;
  const forms = [place, `./${place}`, `\`${place}\``, `\`./${place}\``];
  const named = quotePath(path, true);
  const words = line === undefined ? `file ${named}` : `line ${line} of ${named}`;
  return forms.find((form) => isRead(form, path, line)) ?? words;
}

function isRead(form: string, path: string, line: number | undefined): boolean {
  const read = readPlace(form);
  return read?.path === path && read.line === line;
}
