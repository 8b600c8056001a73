import type { Need } from '../../../run/status/needs.ts';
import type { Diagnostic } from '../../../system/result.ts';
import { type Given, h, type PageNode } from './nodes.ts';
import type { PageState } from './page-state.ts';

/** A section with a heading, and what belongs to the heading at its right. */
export function panel(title: string, body: Given, more?: Given, kind = ''): PageNode {
  return h('section', { class: `panel ${kind}`.trim() }, h('header', {}, h('h2', {}, title), more), body);
}

/** A command with a button that copies it. */
export function commandLine(command: string, { copied }: Pick<PageState, 'copied'>): PageNode {
  return h(
    'span',
    { class: 'command' },
    h('code', {}, command),
    h(
      'button',
      { type: 'button', 'data-act': 'copy', 'data-value': command, 'aria-label': `Copy: ${command}` },
      copied === command ? 'Copied' : 'Copy',
    ),
  );
}

const KINDS: Readonly<Record<Need['kind'], string>> = {
  project: 'Project',
  plan: 'Plan',
  commands: 'Commands',
  gate: 'Gate',
  question: 'Question',
  halt: 'Halted',
  gaps: 'Gaps',
  limit: 'Limit',
};

/** What needs a human, each with the command that answers it. Says "nothing" if there is none. */
export function needsPanel(
  needs: readonly Need[],
  state: PageState,
  gateLink?: (need: Need) => string | undefined,
): PageNode {
  if (needs.length === 0)
    return h(
      'section',
      { class: 'needs quiet', 'aria-label': 'Needs you' },
      h('h2', {}, 'Needs you'),
      h('p', {}, 'nothing'),
    );
  const items = needs.map((need) => {
    const { kind, text, command, until } = need;
    const link = gateLink?.(need);
    return h(
      'li',
      { key: `${kind} ${text}` },
      h('b', { class: 'tag' }, KINDS[kind]),
      h(
        'span',
        { class: 'text' },
        text,
        until !== undefined &&
          h('span', { class: 'soft' }, ` until ${until.replace('T', ' ').slice(0, 16)} UTC`),
        link !== undefined && h('a', { href: link }, 'read it here'),
      ),
      command !== undefined && commandLine(command, state),
    );
  });
  return h(
    'section',
    { class: 'needs', 'aria-label': 'Needs you' },
    h('h2', {}, `Needs you`, h('b', { class: 'count' }, needs.length)),
    h('ul', {}, items),
  );
}

/** Faults of what was read, in the words of the command line. */
export function problemList(problems: readonly Diagnostic[]): Given {
  if (problems.length === 0) return null;
  return h(
    'section',
    { class: 'problems', role: 'alert' },
    problems.map(({ message, fix }) =>
      h(
        'p',
        {},
        h('b', {}, message),
        fix !== undefined && fix !== '' && h('span', { class: 'soft' }, ` Fix: ${fix}`),
      ),
    ),
  );
}

/** A row of figures, each with its label. */
export function figures(
  entries: readonly (readonly [label: string, value: Given, tone?: string])[],
): PageNode {
  return h(
    'dl',
    { class: 'figures' },
    entries.map(([label, value, tone]) =>
      h('div', { key: label, class: tone ?? '' }, h('dt', {}, label), h('dd', {}, value)),
    ),
  );
}

/** A bar with the share of done and running parts. */
export function progressBar(done: number, running: number, gaps: number, total: number): PageNode {
  const part = (count: number) => (total === 0 ? 0 : (count * 100) / total);
  const rect = (kind: string, from: number, width: number) =>
    h('rect', { class: kind, x: from, y: 0, width, height: 6 });
  return h(
    'svg',
    {
      class: 'progress',
      viewBox: '0 0 100 6',
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': `${done} of ${total} done`,
    },
    rect('rest', 0, 100),
    rect('done', 0, part(done)),
    rect('gap', part(done), part(gaps)),
    rect('running', part(done + gaps), part(running)),
  );
}

/** Buttons of which one is chosen: a filter. */
export function choice(
  name: string,
  options: readonly (readonly [value: string, label: string])[],
  state: PageState,
): PageNode {
  const chosen = state.filters[name] ?? '';
  return h(
    'div',
    { class: 'choice', role: 'group', 'aria-label': name, key: `choice ${name}` },
    options.map(([value, label]) =>
      h(
        'button',
        {
          type: 'button',
          key: value,
          'aria-pressed': chosen === value ? 'true' : 'false',
          'data-act': 'filter',
          'data-name': name,
          'data-value': value,
        },
        label,
      ),
    ),
  );
}

export function searchField(label: string, state: PageState): PageNode {
  return h(
    'label',
    { class: 'search', key: 'search' },
    h('span', {}, 'Search'),
    h('input', { type: 'search', placeholder: label, value: state.search, 'data-act': 'search' }),
  );
}

/** A table that scrolls inside itself on narrow screens. */
export function tableOf(columns: readonly string[], rows: readonly PageNode[], caption: string): PageNode {
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          columns.map((name) => h('th', { scope: 'col' }, name)),
        ),
      ),
      h('tbody', {}, rows),
    ),
  );
}

export const empty = (text: string): PageNode => h('p', { class: 'empty' }, text);
