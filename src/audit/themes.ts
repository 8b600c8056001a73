import { MODELS, type Model } from '../run/ledger/manifest.ts';
import type { DomainId } from './check/domains.ts';
import type { AuditItem } from './plan.ts';

const HEADING = /^## ([a-z0-9-]+): (.+) \(([a-z]+)\)$/;

/** The themes of one domain from its Markdown: `## id: Name (model)`, and the task below it. */
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
  if (!id || !name || !model || task === '') throw new Error(`not a theme of an audit: ${heading}`);
  return { id, domain, name, task, model };
}
