import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { exportDashboard } from '../dashboard/export.io.ts';
import { openBrowser } from '../dashboard/open-browser.io.ts';
import { serveDashboard } from '../dashboard/serve.io.ts';
import type { DashboardPlace } from '../dashboard/sources.io.ts';
import { locateRun } from '../run/ledger/locate.io.ts';
import { findProject } from '../run/ledger/project.io.ts';
import { openRunRoots } from '../run/ledger/roots.io.ts';
import { readManifest } from '../run/ledger/store.io.ts';
import { describeFileError } from '../system/files/file-error.ts';
import { accept, type Diagnostic, type Result, warn } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { ANY_RUN, portOption, rootChoice, runsDirOption } from './options.ts';

const schema = z.object({
  run: z.string().optional(),
  port: portOption.default(0),
  open: z.boolean().default(true),
  printUrl: z.boolean().default(false),
  export: z.string().optional(),
  ...runsDirOption,
});
type Input = z.infer<typeof schema>;

interface DashboardAnswer {
  /** The address; null after an export. */
  url: string | null;
  /** The written file; null for a server. */
  file: string | null;
}

export const command = defineCommand<Input, DashboardAnswer>({
  name: 'dashboard',
  example: 'sao dashboard',
  arguments: [ANY_RUN],
  options: [
    { flags: '--port <n>', description: 'listen on this port of 127.0.0.1 (default: a free one)' },
    { flags: '--no-open', description: 'open no browser' },
    { flags: '--print-url', description: 'print only the address on stdout, and open no browser' },
    { flags: '--export <file>', description: 'write one HTML file that needs no server, and end' },
  ],
  details: `Shows the runs, builds and queues of the project on a page of this machine until Ctrl-C; changes nothing. The address holds a secret that is
needed to read the page. Gates are read there and answered in a terminal.
Exit codes: 0 success; 2 wrong input; 3 the port cannot be used.`,
  schema,
  handler,
  render: ({ file }) => (file === null ? '' : `wrote ${file}`),
});

async function handler(input: Input, context: Context): Promise<Result<Answer<DashboardAnswer>>> {
  const choice = rootChoice(input, context);
  const roots = openRunRoots(choice);
  if (!roots.ok) return roots;
  const shown = findShownRun(input.run, context, input);
  if (!shown.ok) return shown;
  const project = findProject(context.cwd);
  if (!project.ok) return project;
  const { now } = context;
  const place = { choice, roots: roots.value.all, project: shown.value?.project ?? project.value, now };
  if (input.export !== undefined) return await writeExport(input.export, place, shown.value?.id, context);
  return await serve(input, place, shown.value?.id, context);
}

/** The run that the page shows first; undefined: all runs. Without an active run there is none, which is no fault. */
function findShownRun(
  run: string | undefined,
  context: Context,
  input: Input,
): Result<{ id: string; project: string } | undefined> {
  const found = locateRun(run, rootChoice(input, context));
  if (!found.ok) return run === undefined ? accept(undefined) : found;
  const manifest = readManifest(found.value.dir);
  if (!manifest.ok) return run === undefined ? accept(undefined) : manifest;
  return accept({ id: manifest.value.id, project: manifest.value.project });
}

async function writeExport(
  name: string,
  place: DashboardPlace,
  run: string | undefined,
  { cwd }: Context,
): Promise<Result<Answer<DashboardAnswer>>> {
  const file = resolve(cwd, name);
  const text = await exportDashboard(place, run);
  try {
    writeFileSync(file, text);
  } catch (error) {
    return describeFileError(error, file, 'write the page').failure;
  }
  return accept({ data: { url: null, file } });
}

async function serve(
  input: Input,
  place: DashboardPlace,
  run: string | undefined,
  context: Context,
): Promise<Result<Answer<DashboardAnswer>>> {
  const served = await serveDashboard(place, input.port);
  if (!served.ok) return served;
  const dashboard = served.value;
  const fragment = run === undefined ? '' : `&view=/run/${run}`;
  const url = dashboard.url(fragment);
  const doubts: Diagnostic[] = [];
  if (input.printUrl) context.sendLine(url);
  else context.note(`dashboard: ${url}\nCtrl-C ends it.`);
  if (input.open && !input.printUrl && !openBrowser(dashboard.makeOneTimeUrl(fragment), context.env)) {
    const message = 'no browser was found: open the address above yourself';
    context.note(message);
    doubts.push(warn('browser-missing', message));
  }
  await new Promise<void>((resolve) => {
    const stop = context.onInterrupt(() => {
      stop();
      resolve();
    });
  });
  await dashboard.close();
  return accept({ data: { url, file: null } }, doubts);
}
