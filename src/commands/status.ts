import * as z from 'zod';
import { verbatim } from '../findings/verbatim.ts';
import { findOrphans } from '../maintenance/find-orphans.io.ts';
import { formatStages, withoutReasons } from '../pipeline/drive/progress-text.ts';
import { type ProgramRunner, readOverview, readStatus } from '../pipeline/overview/read-overview.io.ts';
import { previewSnapshot } from '../run/dispatch/snapshot.io.ts';
import { warnOfNotify } from '../run/ledger/notify.io.ts';
import { findProject } from '../run/ledger/project.io.ts';
import { warnOfDamage } from '../run/ledger/store.io.ts';
import { renderBrief } from '../run/report/brief.ts';
import { collectReport } from '../run/report/collect.io.ts';
import { renderLive, SlotStrip } from '../run/status/live-text.ts';
import { hasRunEnded, type RunStatus } from '../run/status/status.ts';
import { domainTable, renderStatus, statusLine } from '../run/status/status-text.ts';
import { watchFolders } from '../system/files/watch.ts';
import { accept, type Failure } from '../system/result.ts';
import { type Context, defineCommand } from './command.ts';
import { ANY_RUN, findRun, rootChoice, runsDirOption } from './options.ts';

const REDRAW_MS = 1_000;

export const command = defineCommand({
  name: 'status',
  example: 'sao status --watch',
  arguments: [ANY_RUN],
  options: [{ flags: '--watch', description: 'update until the run ends (q or Ctrl-C leaves)' }],
  details:
    "Says first what needs you, with the command that answers it. Changes nothing. Also names what is left of the project's builds without a run, and processes of a killed runner. --watch prints progress on stderr, and the last state or, on a terminal, the brief report on stdout.",
  schema: z.object({
    run: z.string().optional(),
    watch: z.boolean().optional(),
    ...runsDirOption,
  }),
  async handler({ run, watch, runsDir }, context) {
    const found = findRun({ run, runsDir }, context);
    if (!found.ok) return run === undefined ? await addOrphans(found, runsDir, context) : found;
    const read = () => previewSnapshot(found.value.dir, context.now());
    const isInterrupted =
      watch === true && (await watchRun(found.value.dir, () => readStatus(read()), context));
    const overview = readOverview(read(), context.env);
    const isLive = watch === true && context.stderrIsTerminal && !context.isJson;
    const brief = isLive ? readBrief(found.value.dir, overview, context) : undefined;
    const data = { ...overview, ...(brief === undefined ? {} : { brief }) };
    const orphans = await findOrphans(rootChoice({ runsDir }, context), data.project, 'project');
    const doubts = [
      ...found.diagnostics,
      ...warnOfDamage(found.value.dir),
      ...warnOfNotify(found.value.dir),
      ...orphans,
    ];
    return accept({ data, exit: isInterrupted ? 130 : 0 }, doubts);
  },
  render: ({ stages = [], runner, brief, ...status }, view) =>
    brief ??
    [
      renderStatus(status, view),
      ...(runner ? [formatRunner(runner)] : []),
      ...formatStages(
        withoutReasons(
          stages,
          status.needs.map(({ text }) => text),
        ),
      ),
    ].join('\n'),
});

/** A build whose run directory is lost is no active run, but its branches may be there. */
async function addOrphans(failure: Failure, runsDir: string | undefined, context: Context): Promise<Failure> {
  const project = findProject(context.cwd);
  if (!project.ok) return failure;
  const orphans = await findOrphans(rootChoice({ runsDir }, context), project.value, 'project');
  return { ...failure, diagnostics: [...failure.diagnostics, ...orphans] };
}

function formatRunner({ program, configuration }: ProgramRunner): string {
  return program === null
    ? 'runner: command; no program is remembered: give --command, and --remember to keep it'
    : `runner: command: ${verbatim(program)} (remembered in ${configuration})`;
}

/** Shows every change until the run ends. Returns whether the user interrupted it. */
async function watchRun(dir: string, look: () => RunStatus, context: Context): Promise<boolean> {
  const folders = watchFolders([dir, `${dir}/workers`, `${dir}/synthesis`]);
  const strip = new SlotStrip();
  let isInterrupted = false;
  let isLeft = false;
  const stopListening = context.onInterrupt(() => {
    isInterrupted = true;
    folders.wake();
  });
  const stopKeys = context.onKey?.((key) => {
    isLeft ||= key === 'q';
    folders.wake();
  });
  let shown = '';
  try {
    for (let status = look(); !isInterrupted && !isLeft && !hasRunEnded(status); status = look()) {
      const line = statusLine(status);
      if (context.stderrIsTerminal) context.redraw((width) => drawWatched(status, strip, width, context));
      else if (line !== shown) context.note(line);
      shown = line;
      await folders.next(REDRAW_MS);
    }
  } finally {
    context.redraw(() => '');
    stopListening();
    stopKeys?.();
    folders.close();
  }
  return isInterrupted;
}

function drawWatched(status: RunStatus, strip: SlotStrip, width: number, { onKey }: Context): string {
  const table = domainTable(status).map((line) => line.slice(0, width));
  const hint = onKey ? ['', 'q leaves, the run goes on'] : [];
  return [renderLive(status, strip, { width }), '', ...table, ...hint].join('\n');
}

/** The brief report of a run that has ended, for the end of a live view on a terminal. */
function readBrief(dir: string, status: RunStatus, { now }: Context): string | undefined {
  if (!hasRunEnded(status)) return undefined;
  return renderBrief(collectReport(previewSnapshot(dir, now()), now()), { directory: dir });
}
