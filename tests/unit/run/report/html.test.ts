import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../../../src/findings/plain-text.ts';
import { renderHtml } from '../../../../src/run/report/html.ts';
import { SCRIPT } from '../../../../src/run/report/html-script.ts';
import { buildReport, type Report } from '../../../../src/run/report/report.ts';
import { fullReport } from './full-report.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { realisticRun } from './realistic.ts';
import { finder, reportOf } from './sample-run.ts';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** Elements that a text may bring along: its own code, and breaks behind the slashes of a path. */
const INLINE = new Set(['code', 'wbr']);

function isElement(node: Node): node is Element {
  return 'tagName' in node;
}

function elementsOf(node: Node): Element[] {
  const below = 'childNodes' in node ? node.childNodes.flatMap(elementsOf) : [];
  return isElement(node) ? [node, ...below] : below;
}

function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attrs.find((attr) => attr.name === name)?.value;
}

/** Every element with its attributes, one a line. */
function skeletonOf(page: string): string[] {
  const lines = elementsOf(parse(page))
    .filter((element) => !INLINE.has(element.tagName) || element.attrs.length > 0)
    .map(({ tagName, attrs }) => [tagName, ...attrs.map(({ name, value }) => `${name}=${value}`)].join(' '));
  // A paragraph that begins with a number is an item of a list.
  return lines.join('\n').replaceAll('p class=item\nspan\nspan', 'p').split('\n');
}

function select(page: string, tag: string, className?: string): Element[] {
  return elementsOf(parse(page)).filter(
    (element) =>
      element.tagName === tag &&
      (className === undefined || attribute(element, 'class')?.split(' ').includes(className)),
  );
}

describe('a text adds no element, attribute or script', () => {
  const skeleton = skeletonOf(renderHtml(fullReport('word')));

  it.each(HOSTILE_TEXTS)('%j', (text) => {
    const page = renderHtml(fullReport(text));
    expect(skeletonOf(page)).toEqual(skeleton);
    expect(select(page, 'script').map(textOf)).toEqual([SCRIPT]);
    expect(page).not.toMatch(/[^\P{C}\n]/u);
  });

  it.each(HOSTILE_TEXTS)('and it can be read: %j', (text) => {
    const [title] = elementsOf(parse(renderHtml(fullReport(text)))).filter(
      (element) => attribute(element, 'class') === 'title',
    );
    const words = (said: string) => said.replaceAll('`', '');
    expect(title && words(textOf(title))).toBe(words(plainText(text)));
  });

  it('for any text', () => {
    const piece = fc.oneof(
      fc.constantFrom(...'<>"\'`&/=;- \n'.split(''), '<!--', '-->', '</', '<script', ']]>', '&#x3c;', 'word'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => `x${pieces.join('')}`);
    fc.assert(
      fc.property(text, (said) => {
        expect(skeletonOf(renderHtml(fullReport(said)))).toEqual(skeleton);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the page loads nothing from elsewhere', () => {
  const page = renderHtml(buildReport(realisticRun()));

  it('holds a policy that allows its one style sheet and its one script and nothing else', () => {
    const styles = select(page, 'style').map(textOf);
    expect(styles).toHaveLength(1);
    const [meta] = select(page, 'meta').filter(
      (element) => attribute(element, 'http-equiv') === 'Content-Security-Policy',
    );
    const scripts = select(page, 'script').map(textOf);
    expect(scripts).toEqual([SCRIPT]);
    const hash = (text = '') => createHash('sha256').update(text).digest('base64');
    expect(attribute(meta, 'content')).toBe(
      `default-src 'none'; style-src 'sha256-${hash(styles[0])}'; script-src 'sha256-${hash(scripts[0])}'; base-uri 'none'; form-action 'none'`,
    );
  });

  it('has the policy before anything that it rules', () => {
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  });

  it('has neither addresses nor inline styles nor handlers', () => {
    const names = elementsOf(parse(page)).flatMap((element) => element.attrs.map((attr) => attr.name));
    const known = [
      'charset',
      'class',
      'content',
      'http-equiv',
      'lang',
      'name',
      'scope',
      'type',
      'id',
      'checked',
      'open',
      'for',
      'hidden',
      'placeholder',
      'autocomplete',
    ];
    expect([...new Set(names)].filter((name) => !known.includes(name))).toEqual([]);
    expect(page).not.toMatch(/url\(|@import|https?:|\bsrc=|\bhref=/);
  });
});

describe('what the page shows', () => {
  const report = buildReport(realisticRun());
  const page = renderHtml(report);

  it('is every finding, gap and note', () => {
    const text = textOf(parse(page));
    for (const { title, path } of report.findings) {
      expect(text).toContain(title);
      if (path) expect(text).toContain(path);
    }
    for (const { name, reason } of report.gaps) expect(text).toMatch(new RegExp(`${name} .*: ${reason}`));
    for (const note of report.notes) expect(text).toContain(note);
    expect(select(page, 'li', 'finding')).toHaveLength(report.findings.length);
  });

  it('is code where there were backticks', () => {
    expect(select(page, 'code').map(textOf)).toContain('ignoreExpiration: true');
  });

  it('is a list where a summary had one', () => {
    expect(select(page, 'p', 'item').map(textOf)).toContain(
      '1. Rotate the key in config/production.ts today; it is in the history.',
    );
  });

  it('is calm where nothing was found', () => {
    const empty = renderHtml(reportOf([finder('a1', ['None.'])]));
    expect(textOf(parse(empty))).toContain('No findings.');
    expect(select(empty, 'li', 'card').map((card) => attribute(card, 'class'))).toEqual([
      'card critical none',
      'card major none',
      'card minor none',
      'card good',
    ]);
    expect(select(empty, 'fieldset')).toEqual([]);
  });

  it('is a warning as long as agents are open', () => {
    const open = renderHtml(reportOf([finder('a1', [], { status: 'missing' })]));
    expect(select(open, 'li', 'warn').map(textOf)).toEqual(['0 / 1agents done, 0 gaps, 1 not finished']);
    expect(textOf(parse(open))).toContain('The run is not finished');
  });

  it('is a smaller title for a long task', () => {
    const long = { ...report, task: 'Audit every package for secrets and unsafe defaults. '.repeat(4) };
    expect(attribute(select(renderHtml(long), 'h1')[0], 'class')).toBe('long');
  });

  it('begins with what coordinators above the domains said', () => {
    const told = renderHtml({ ...report, overview: 'All in all.' });
    expect(told.indexOf('All in all.')).toBeLessThan(told.indexOf('<h2>Domains'));
  });

  it('has headings without a level left out', () => {
    const levels = elementsOf(parse(page)).flatMap(({ tagName }) => /^h(\d)$/.exec(tagName)?.[1] ?? []);
    levels.reduce((above, level) => {
      expect(Number(level)).toBeLessThanOrEqual(Number(above) + 1);
      return level;
    }, '0');
  });
});

describe('filters', () => {
  it.each([
    ['one domain', 1],
    ['two domains', 2],
    ['sixty domains', 60],
  ])('have a rule for every input: %s', (_, n) => {
    const domains = Array.from({ length: n }, (__, i) => ({ id: `d${i}`, name: `D${i}` }));
    const agents = domains.map(({ id }) => finder(id, ['- [major] Found — a.ts:1'], { domain: id }));
    const page = renderHtml(reportOf(agents, { domains }));
    const style = textOf(select(page, 'style')[0] as Element);
    const ids = select(page, 'input').map((input) => attribute(input, 'id') ?? '');
    expect(ids.filter((id) => !['only-all', 'search'].includes(id) && !style.includes(`#${id}:`))).toEqual(
      [],
    );
    expect(ids.length).toBe(4 + (n > 1 ? n + 1 : 0));
  });

  it('leave out no finding: each is in a domain that can be chosen', () => {
    for (const item of select(renderHtml(buildReport(realisticRun())), 'li', 'group')) {
      expect(attribute(item, 'class')).toMatch(/^group (critical|major|minor)( d[0-3])+$/);
    }
  });
});

it('is the same page for the same report', () => {
  const report: Report = buildReport(realisticRun());
  expect(renderHtml(report)).toBe(renderHtml(structuredClone(report)));
});
