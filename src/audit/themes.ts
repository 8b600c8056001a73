import { MODELS, type Model } from '../run/ledger/manifest.ts';
import type { DomainId } from './check/domains.ts';
import type { AuditItem } from './plan.ts';

const HEADING = /^## ([a-z0-9-]+): (.+) \(([a-z]+)\)$/;

/**
 * Reads the themes of a domain from its Markdown: headings `## id: Name (model)` with the task below. Throws on a heading of
 * another form and on an empty task.
 */
export function readThemes(domain: DomainId, markdown: string): AuditItem[] {
  return markdown
    .split(/^(?=## )/m)
    .filter((section) => section.startsWith('## '))
    .map((section) => readTheme(domain, section));
}

function readTheme(domain: DomainId, section: string): AuditItem {
  const [heading = '', ...lines] = section.split('\n');
  const [, id, name, word] = HEADING.exec(heading) ?? [];
  const model = MODELS.find((candidate): candidate is Model => candidate === word);
  const task = lines.join(' ').replace(/\s+/g, ' ').trim();
  if (!id || !name || !model || task === '')
    throw new Error(`audit theme must be "## id: Name (model)" and have a task: ${heading}`);
  return { id, domain, name, task, model };
}
