import { cleanText, MAX } from './clean-text.ts';
import type { Finding, SuppressedFinding } from './finding.ts';
import type { FindingSource } from './merge-findings.ts';
import { hasFindingsSection, parseFindings } from './parse-findings.ts';
import { normalisePath } from './place.ts';
import { redact } from './redact.ts';
import { ruleOfTitle } from './rule.ts';
import { isRejectedTitle, isSuppressedTitle } from './sections.ts';

/** A worker's output with its author. */
export interface FindingText {
  id: string;
  domain: string;
  text: string;
  /** True if a program wrote the text, false for a model. */
  isProgram: boolean;
}

/**
 * Reads the findings of a worker's output as plain, bounded text without secrets, for reports and digests. `project` is
 * the absolute path that places are made relative to.
 */
export function readFindings({ id, domain, text, isProgram }: FindingText, project: string): FindingSource[] {
  // Most outputs of commands have none, and redaction takes longer than everything else here.
  if (!hasFindingsSection(text)) return [];
  // Redact before parsing too, because parsing splits the text and half a secret matches no pattern.
  return parseFindings(redact(text)).map((finding) => ({
    worker: id,
    domain,
    finding: { ...cleanFinding(finding, project), ...(isProgram ? namedRule(finding) : {}) },
  }));
}

/** Reads the suppressed findings from the text of a program of the engine. */
export function readSuppressed(text: string, project: string): SuppressedFinding[] {
  if (!/^## Suppressed/m.test(text)) return [];
  return parseFindings(redact(text), isSuppressedTitle).map((finding) => {
    const { detail: reason = '', ...rest } = cleanFinding(finding, project);
    return { ...rest, ...namedRule(finding), reason };
  });
}

/** Reads the findings that an agent rejects; the detail of each is the reason. */
export function readRejected(text: string, project: string): Finding[] {
  if (!/^#{2,3} *Rejected/im.test(text)) return [];
  return parseFindings(redact(text), isRejectedTitle).map((finding) => cleanFinding(finding, project));
}

/**
 * The finding of a built-in check as plain, bounded text without secrets. Its path stays as it is, however unusual, except a secret in
 * it.
 */
export function cleanCheckFinding(finding: Finding): Finding {
  const { path, detail, title } = finding;
  const safePath = path === undefined ? undefined : redact(path);
  return {
    ...finding,
    ...namedRule(finding),
    title: cleanText(title, MAX.title),
    ...(safePath === undefined ? {} : { path: safePath }),
    ...(detail === undefined ? {} : { detail: cleanText(detail, MAX.detail) }),
  };
}

/** The same for a finding that a mark suppresses. */
export function cleanSuppressed({ reason, ...finding }: SuppressedFinding): SuppressedFinding {
  return { ...cleanCheckFinding(finding), reason: cleanText(reason, MAX.detail) };
}

// Only programs name rules; an agent's text before a colon is free wording.
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

// A path outside the project is dropped, because a viewer would open another file.
function inProject(path: string, project: string): string {
  if (path.split('/').includes('..')) return '';
  const root = `${normalisePath(project).replace(/\/$/, '')}/`;
  return root !== '/' && path.startsWith(root) && path !== root ? path.slice(root.length) : path;
}
