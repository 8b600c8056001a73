import { cleanText, MAX } from '../findings/clean-text.ts';
import { countFindings, type Finding, SEVERITIES } from '../findings/finding.ts';
import { type FindingSource, mergeFindings, type RankedFinding } from '../findings/merge-findings.ts';
import { plainText } from '../findings/plain-text.ts';
import { quotePath } from '../findings/quote-path.ts';
import { readFindings } from '../findings/read-findings.ts';
import { countOf } from '../findings/words.ts';
import { writeBullet } from '../findings/write-bullet.ts';
import type { PlannedAgent } from '../run/ledger/manifest.ts';
import { SENTINEL } from '../run/outputs/sentinel.ts';

/** What a coordinator without a model brings together. */
export interface DigestInput {
  id: string;
  domain: string;
  text: string;
  /** The findings of a built-in check as data, which count instead of its text. */
  findings?: readonly Finding[] | undefined;
}

const TOP = 3;

/** Writes the synthesis of a coordinator whose inputs are all commands: merges, ranks and counts findings without a model. Pure. */
export function writeDigest(
  agent: Pick<PlannedAgent, 'name'>,
  inputs: readonly DigestInput[],
  gaps: readonly { id: string; reason: string }[],
  project: string,
): string {
  const findings = mergeFindings(inputs.flatMap((input) => readInput(input, project)));
  const parts = [
    `# ${cleanText(agent.name, MAX.name)}`,
    '## Summary',
    summarise(findings, inputs.length - gaps.length),
    ...gapPart(gaps),
    '## Findings',
    findings.length > 0 ? findings.map(writeBullet).join('\n') : 'None.',
  ];
  return `${parts.join('\n\n')}\n\n${SENTINEL}\n`;
}

function readInput(input: DigestInput, project: string): FindingSource[] {
  const { id, domain, findings } = input;
  if (findings) return findings.map((finding) => ({ worker: id, domain, finding }));
  return readFindings({ ...input, isProgram: true }, project);
}

function summarise(findings: readonly RankedFinding[], heard: number): string {
  const counts = countFindings(findings);
  const numbers = SEVERITIES.map((severity) => `${counts[severity]} ${severity}`).join(', ');
  const head = `${numbers} from ${countOf(heard, 'command')}.`;
  const top = findings.slice(0, TOP).map((finding, index) => `${index + 1}. ${formatDigestFinding(finding)}`);
  return top.length > 0 ? `${head} The first to look at:\n\n${top.join('\n')}` : head;
}

function formatDigestFinding({ severity, title, path, line }: Finding): string {
  const place = path === undefined ? '' : ` (${quotePath(path)}${line === undefined ? '' : `:${line}`})`;
  return `${severity}: ${plainText(title, 160)}${place}`;
}

function gapPart(gaps: readonly { id: string; reason: string }[]): string[] {
  if (gaps.length === 0) return [];
  const lines = gaps.map(({ id, reason }) => `- ${id}: ${cleanText(reason, MAX.note)}`);
  return ['## Gaps', `Not covered by this result:\n\n${lines.join('\n')}`];
}
