import type { FindingSource } from '../../findings/merge-findings.ts';
import { plainText } from '../../findings/plain-text.ts';
import type { ReportInput } from './report-types.ts';

/** The findings of the engine about settings of the client that were changed while agents were at work. Pure. */
export function findSettingsChanges({
  settingsChanges = new Map(),
  agents,
}: Pick<ReportInput, 'settingsChanges' | 'agents'>): FindingSource[] {
  const domains = new Map(agents.map(({ id, domain }) => [id, domain]));
  return [...settingsChanges].flatMap(([path, ids]) =>
    ids.map((worker) => ({
      worker,
      domain: domains.get(worker) ?? '',
      finding: {
        severity: 'major' as const,
        title: `A setting of the client was changed while agents worked: ${plainText(path, 200)}`,
        path,
        detail:
          'the client starts what its settings name, outside of any sandbox: look at the file before a client starts here',
      },
    })),
  );
}
