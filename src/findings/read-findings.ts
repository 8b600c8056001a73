import { cleanText, MAX } from './clean-text.ts';
import type { Finding } from './finding.ts';
import type { FindingSource } from './merge-findings.ts';
import { parseFindings } from './parse-findings.ts';
import { normalisePath } from './place.ts';
import { redact } from './redact.ts';
import { ruleOfTitle } from './rule.ts';

/** A worker's output, and who wrote it. */
export interface FindingText {
  id: string;
  domain: string;
  text: string;
  /** Whether a program wrote it, not a model. */
  isProgram: boolean;
}

/**
 * What a worker's output lists, plain, bounded and without secrets: the one way of findings into a report or a digest.
 * `project` is the absolute path that places are made relative to.
 */
export function readFindings({ id, domain, text, isProgram }: FindingText, project: string): FindingSource[] {
  // Before as well: what is parsed is cut into pieces, and half a secret has no pattern.
  return parseFindings(redact(text)).map((finding) => ({
    worker: id,
    domain,
    finding: { ...cleanFinding(finding, project), ...(isProgram ? namedRule(finding) : {}) },
  }));
}

// Only a program names rules: what an agent writes before a colon is its wording of the day.
function namedRule({ title }: Finding): Pick<Finding, 'rule'> {
  const rule = ruleOfTitle(title);
  return rule === undefined ? {} : { rule };
}

function cleanFinding({ path, line, detail, ...rest }: Finding, project: string): Finding {
  const place = cleanText(inProject(path ?? '', project), MAX.path);
  return {
    ...rest,
    title: cleanText(rest.title, MAX.title),
    ...(place === '' ? {} : { path: place }),
    ...(place === '' || line === undefined ? {} : { line }),
    ...(detail === undefined ? {} : { detail: cleanText(detail, MAX.detail) }),
  };
}

// A path that leaves the project is no place in it: a viewer would open another file.
function inProject(path: string, project: string): string {
  if (path.split('/').includes('..')) return '';
  const root = `${normalisePath(project).replace(/\/$/, '')}/`;
  return root !== '/' && path.startsWith(root) && path !== root ? path.slice(root.length) : path;
}
