import type { GatePage } from '../../../pipeline/gate/page.ts';
import { commandLine, empty, figures, panel, tableOf } from '../parts/elements.ts';
import { formatStatusOfGate } from '../parts/gate-wording.ts';
import { type Given, h, type PageNode } from '../parts/nodes.ts';
import type { PageState } from '../parts/page-state.ts';
import { formatDollars } from '../parts/wording.ts';

/** What is decided at a gate. It is answered in a terminal: the page has no rights. */
export function renderGateView(page: GatePage | null, stage: string, state: PageState): PageNode[] {
  if (!page)
    return [
      h('div', { class: 'title' }, h('h1', {}, `Gate ${stage}`)),
      empty('There is nothing to approve yet.'),
    ];
  const { subject, concerns, reports, next, modules, locks, changes, qc, audit, costUsd } = page;
  return [
    h(
      'div',
      { class: 'title' },
      h('h1', {}, `Gate ${stage}`),
      h(
        'p',
        {},
        h('b', { class: 'chip warn' }, formatStatusOfGate(page.status)),
        h('code', {}, `hash ${subject.hash}`),
      ),
      h('p', { class: 'lead' }, page.task),
    ),
    panel('Answer in a terminal', [
      h('p', {}, 'An approval is bound to the hash above. The terminal shows the same work and asks there.'),
      h(
        'ul',
        { class: 'plain' },
        h('li', {}, commandLine(next.approve, state)),
        h('li', {}, commandLine(next.reject, state)),
      ),
    ]),
    concerns.length > 0 &&
      panel(
        'What speaks against it',
        h(
          'ul',
          { class: 'plain' },
          concerns.map((text) => h('li', { key: text }, text)),
        ),
        null,
        'warn',
      ),
    changesPanel(changes),
    modules.length > 0 &&
      panel(
        'Modules',
        h(
          'ul',
          { class: 'plain' },
          modules.map((each) => h('li', {}, sentenceOf(each))),
        ),
      ),
    locks.length > 0 &&
      panel(
        'Locks',
        h(
          'ul',
          { class: 'plain' },
          locks.map((each) => h('li', {}, sentenceOf(each))),
        ),
      ),
    panel(
      'Coverage',
      figures([
        ['QC passed', qc ? `${qc.passed} of ${qc.total}` : '—'],
        [
          'audit',
          audit?.findings ? `${audit.findings.critical} critical, ${audit.findings.major} major` : '—',
        ],
        ['spent', costUsd > 0 ? formatDollars(costUsd) : '—'],
      ]),
    ),
    reports.map(({ role, lines, hidden }) =>
      panel(`Report of the ${role}`, [
        h('pre', { class: 'text' }, (lines ?? ['It could not be read.']).join('\n')),
        hidden > 0 && empty(`${hidden} more lines`),
      ]),
    ),
  ]
    .flat()
    .filter((node) => node !== false && node !== null) as PageNode[];
}

/** A sentence of the contract in short. */
function sentenceOf(sentence: unknown): string {
  if (typeof sentence === 'string') return sentence;
  return Object.values(sentence as Record<string, unknown>)
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .join(' — ');
}

function changesPanel(changes: GatePage['changes']): Given {
  if ('unreadable' in changes)
    return panel('Changes', empty(`They could not be read: ${changes.unreadable}`));
  const { files, added, removed, folders, command } = changes;
  const rows = folders
    .slice(0, 30)
    .map((each) =>
      h(
        'tr',
        { key: each.folder },
        h('th', { scope: 'row' }, each.folder),
        h('td', {}, each.files),
        h('td', {}, `+${each.added}`),
        h('td', {}, `−${each.removed}`),
      ),
    );
  return panel('Changes', [
    h('p', {}, `${files} files, +${added} −${removed}. The whole difference: `, h('code', {}, command)),
    rows.length > 0 && tableOf(['folder', 'files', 'added', 'removed'], rows, 'Changes by folder'),
  ]);
}
