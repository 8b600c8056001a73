import { HANDOFF_SECTIONS, type HandoffSection } from './render-handoff.ts';

/** A handoff as its headings divide it. */
export interface Handoff {
  title: string;
  deliverables: string[];
  criteria: string[];
  /** The command that proves the task; empty if the document names none. */
  test: string;
  repo: string;
  branch: string;
  base: string;
  paths: string[];
  /** The text below each heading; '' for a heading that is missing. */
  sections: Record<HandoffSection, string>;
}

/** Parses a handoff by its headings; undefined if it has no title. Headings in quoted lines and in code fences are text. */
export function parseHandoff(markdown: string): Handoff | undefined {
  const { title, sections } = splitSections(markdown);
  if (title === undefined) return undefined;
  const criteria = listItems(sections['Success criteria']);
  const isTest = (item: string) => item.startsWith('Test: ');
  const places = listItems(sections.Where);
  const readPlace = (label: string) =>
    unquote(places.find((item) => item.startsWith(`${label}: `))?.slice(label.length + 2) ?? '');
  return {
    title,
    deliverables: listItems(sections.Deliverables).map((item) => item.replace(/^\[[ x]\] /i, '')),
    criteria: criteria.filter((item) => !isTest(item)),
    test: unquote(
      criteria
        .find(isTest)
        ?.slice('Test: '.length)
        .replace(/ succeeds$/, '') ?? '',
    ),
    repo: readPlace('Repository'),
    branch: readPlace('Branch'),
    base: readPlace('Start from'),
    paths: places
      .filter((item) => item.startsWith('May change: '))
      .map((item) => unquote(item.slice('May change: '.length))),
    sections,
  };
}

function splitSections(markdown: string): { title: string | undefined; sections: Handoff['sections'] } {
  const lines = new Map<string, string[]>();
  let title: string | undefined;
  let name: string | undefined;
  for (const { text, heading } of readLines(markdown)) {
    if (heading === undefined) {
      if (name !== undefined) lines.get(name)?.push(text);
      continue;
    }
    if (heading.level === 1) title ??= heading.text.replace(/^Task: /, '').trim();
    name = heading.level === 2 ? heading.text.trim() : undefined;
    if (name !== undefined && !lines.has(name)) lines.set(name, []);
  }
  const contents = HANDOFF_SECTIONS.map((each) => [each, (lines.get(each) ?? []).join('\n').trim()]);
  return { title, sections: Object.fromEntries(contents) as Handoff['sections'] };
}

interface Line {
  text: string;
  heading?: { level: number; text: string };
}

/** The lines of a document; those in code fences are never headings. */
function readLines(markdown: string): Line[] {
  let fence = '';
  return markdown.split('\n').map((text) => {
    const mark = /^(`{3,}|~{3,})/.exec(text)?.[1] ?? '';
    if (fence !== '') {
      if (mark.startsWith(fence)) fence = '';
      return { text };
    }
    fence = mark;
    const [, level = '', title = ''] = /^(#{1,2}) (.*)$/.exec(text) ?? [];
    return level === '' ? { text } : { text, heading: { level: level.length, text: title } };
  });
}

const listItems = (text: string): string[] =>
  text.split('\n').flatMap((line) => (line.startsWith('- ') ? [line.slice(2).trim()] : []));

function unquote(text: string): string {
  const [, fence = '', content = ''] = /^(`+)([\s\S]*)\1$/.exec(text) ?? [];
  if (fence === '') return text;
  return fence.length > 1 ? content.replace(/^ | $/g, '') : content;
}
