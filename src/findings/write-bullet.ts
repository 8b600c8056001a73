import type { Finding } from './finding.ts';
import { readPlace } from './place.ts';
import { plainText } from './plain-text.ts';

/** A finding as a worker lists it, `- [severity] title — path:line — detail`: what `parseFindings` reads back. */
export function writeBullet({ severity, title, path, line, detail }: Finding): string {
  const parts = [
    `- [${severity}] ${withoutDashes(plainText(title))}`,
    ...(path === undefined ? [] : [writePlace(path, line)]),
    ...(detail === undefined ? [] : [plainText(detail)]),
  ];
  return parts.join(' — ');
}

// A dash with blanks around would end the title.
function withoutDashes(title: string): string {
  return title.replace(/ (?:--?|[–—])(?= )/g, ':').replace(/ :/g, ':');
}

/** The shortest form that is read back as this place: a bare name may need `./`, a path with blanks backticks. */
function writePlace(path: string, line: number | undefined): string {
  const place = `${plainText(path)}${line === undefined ? '' : `:${line}`}`;
  const forms = [place, `./${place}`, `\`${place}\``, `\`./${place}\``];
  return forms.find((form) => isRead(form, path, line)) ?? place;
}

function isRead(form: string, path: string, line: number | undefined): boolean {
  const read = readPlace(form);
  return read?.path === path && read.line === line;
}
