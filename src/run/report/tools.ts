import { cleanText } from '../../findings/clean-text.ts';
import type { RankedFinding } from '../../findings/merge-findings.ts';
import { isDone, type ReportAgent, type ReportTool } from './report-types.ts';
import { readUnchecked } from './unchecked.ts';

/** Lists the tools of a run with what their workers' outputs say about them. */
export function reportTools(
  agents: readonly ReportAgent[],
  findings: readonly RankedFinding[],
): ReportTool[] {
  return agents.flatMap((agent) => {
    const { tool: name, text = '' } = agent;
    if (name === undefined) return [];
    return {
      name,
      version: readToolVersion(text) ?? null,
      complete: isDone(agent) && readUnchecked(text).length === 0,
      findings: findings.filter(({ sources }) => sources.some(({ tool }) => tool === name)).length,
    };
  });
}

// `sao tool` writes it as a note.
function readToolVersion(text: string): string | undefined {
  const version = /^- Tool: [a-z-]+ (\d[\w.+-]{0,40})$/m.exec(text)?.[1];
  return version === undefined ? undefined : cleanText(version, 40);
}
