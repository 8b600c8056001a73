import { describeGateStatus } from '../pipeline/gate/describe-gate.io.ts';
import { HUMAN_GATES } from '../run/ledger/stages.ts';
import { readPageAsset } from './assets.io.ts';
import type { AgentDetail } from './detail.ts';
import { renderExport } from './page.ts';
import { joinView } from './parts.ts';
import { openAgentDetails } from './read-agent.io.ts';
import { readFindingsDetail } from './read-findings.io.ts';
import { readQueueDetails } from './read-queue.io.ts';
import { RunsReader } from './read-runs.io.ts';
import { type DashboardPlace, openRunSource, requireRunDir } from './sources.io.ts';

/** Bytes of details of agents in one file; further agents have their rows alone. */
const MAX_DETAIL_BYTES = 4 * 1024 * 1024;
/** Characters of a prompt and of an output's end in the file. */
const MAX_TEXT = 4_000;

/** What an exported page holds instead of a server's answers, by the path that it would ask for. */
export type ExportedPage = { at: string; now: number; answers: Record<string, unknown> };

/** Renders one self-contained page: all runs, the queues, and one run with its findings and agents. */
export async function exportDashboard(place: DashboardPlace, run: string | undefined): Promise<string> {
  const now = place.now();
  const answers: Record<string, unknown> = {
    runs: new RunsReader(place.roots, place.project).read(now),
    queue: { queues: await readQueueDetails(place.choice.env), now: now.getTime() },
  };
  if (run !== undefined) await addRun(answers, run, place);
  const data: ExportedPage = { at: run === undefined ? '/' : `/run/${run}`, now: now.getTime(), answers };
  return renderExport({ script: readPageAsset('page.js'), style: readPageAsset('page.css'), data });
}

async function addRun(answers: Record<string, unknown>, run: string, place: DashboardPlace): Promise<void> {
  const dir = requireRunDir(run, place.choice);
  const view = joinView(await openRunSource(run, place).read());
  answers[`run/${run}`] = view;
  answers[`run/${run}/findings`] = readFindingsDetail(dir, place.now());
  if (view.overview.mode === 'build')
    for (const stage of HUMAN_GATES)
      answers[`run/${run}/gate/${stage}`] = (await describeGateStatus(dir, stage, place.choice.env)) ?? null;
  const readDetail = openAgentDetails(dir, place.now());
  let bytes = 0;
  for (const { id } of view.agents) {
    if (bytes > MAX_DETAIL_BYTES) break;
    const detail = readDetail(id);
    if (!detail) continue;
    const short = shorten(detail);
    bytes += JSON.stringify(short).length;
    answers[`run/${run}/agent/${id}`] = short;
  }
}

function shorten(detail: AgentDetail): AgentDetail {
  const { prompt, output } = detail;
  return {
    ...detail,
    prompt: prompt && {
      ...prompt,
      text: prompt.text.slice(0, MAX_TEXT),
      isCut: prompt.text.length > MAX_TEXT,
    },
    output: output && { ...output, text: output.text.slice(-MAX_TEXT), isCut: output.text.length > MAX_TEXT },
  };
}
