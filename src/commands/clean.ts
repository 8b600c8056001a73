import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { type CleanEntry, cleanRoot } from '../maintenance/remove.io.ts';
import { parseDuration } from '../run/ledger/duration.ts';
import { openRunRoots } from '../run/ledger/roots.io.ts';
import { isEnvironmentOfModel } from '../system/process/caller.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { rootChoice, runsDirOption } from './options.ts';

/** Entries that are named; the rest is counted. */
const MAX_SHOWN_LINES = 40;

/** The age in milliseconds. A removal needs one; a dry run without one looks at runs of any age. */
function readAge(olderThan: string | undefined, isDryRun: boolean): Result<number> {
  if (olderThan !== undefined) return parseDuration(olderThan, '--older-than');
  if (isDryRun) return accept(0);
  return reject({
    code: 'clean-age-missing',
    message: '--older-than is missing: nothing is removed without an age',
    target: '--older-than',
    fix: 'sao clean --older-than 7d, or look first: sao clean --dry-run',
  });
}

/** The runs may be those of other sessions and projects, whose work a model does not know. */
const refuseModel = () =>
  reject({
    code: 'clean-by-model',
    message:
      'a session or an agent made this call, and `sao clean` removes runs of other sessions and projects, too',
    target: 'clean',
    fix: 'look with `sao clean --dry-run`, and let the user call `sao clean` in a terminal of their own',
  });

export const command = defineCommand({
  name: 'clean',
  example: 'sao clean --older-than 7d --dry-run',
  arguments: [],
  options: [
    {
      flags: '--older-than <duration>',
      description: 'remove only runs without activity for this long, such as 12h or 7d',
    },
    {
      flags: '--dry-run',
      description:
        'print the runs that would be removed, and remove nothing; without an age, runs of any age',
    },
    { flags: '--abandoned', description: 'also remove unfinished runs of that age' },
  ],
  details: `A run is finished when its report is written. Keeps runs with a running agent, and everything that is not your run: links,
other users' directories, names or manifests that are not valid. Removes the git worktrees of a build too, but only after their work
is in the base branch or under refs/sao/rescue (\`sao rescue list\`); otherwise keeps the run.
A session or an agent may only look (\`--dry-run\`).
Exit codes: 0 success; 1 a run could not be removed; 2 refused, or wrong input.`,
  schema: z.object({
    olderThan: z.string().optional(),
    dryRun: z.boolean().optional(),
    abandoned: z.boolean().optional(),
    ...runsDirOption,
  }),
  async handler({ olderThan, dryRun, abandoned, runsDir }, context) {
    const olderThanMs = readAge(olderThan, dryRun === true);
    if (!olderThanMs.ok) return olderThanMs;
    if (!dryRun && isEnvironmentOfModel(context.env)) return refuseModel();
    const roots = openRunRoots(rootChoice({ runsDir }, context));
    if (!roots.ok) return roots;
    const { markers, all } = roots.value;
    const now = context.now().getTime();
    const rule = { now, olderThanMs: olderThanMs.value, abandoned: abandoned === true };
    const entries: CleanEntry[] = [];
    for (const root of all)
      entries.push(...(await cleanRoot(root, rule, dryRun ? 'dry-run' : 'remove', markers)));
    const data = {
      root: all[0],
      roots: all,
      dryRun: dryRun === true,
      removed: entries.filter(({ kept }) => kept === null).map(({ name }) => name),
      kept: entries.filter(({ kept }) => kept !== null).map(({ name, kept }) => ({ name, reason: kept })),
      rescued: entries.flatMap(({ rescued }) => rescued),
    };
    const exit = entries.some(({ failed }) => failed) ? 1 : 0;
    return accept({ data, exit }, roots.diagnostics);
  },
  render({ roots, dryRun, removed, kept, rescued }) {
    const verb = dryRun ? 'would remove' : 'removed';
    const lines = [
      ...removed.map((name) => `${verb} ${name}`),
      ...kept.map(({ name, reason }) => `kept ${plainText(name, 60)}: ${plainText(reason ?? '', 200)}`),
    ];
    const more =
      lines.length > MAX_SHOWN_LINES
        ? [`… and ${lines.length - MAX_SHOWN_LINES} more; --json lists all`]
        : [];
    const refs = rescued.length === 0 ? [] : [`rescued work that was in no branch: ${rescued.join(', ')}`];
    const total = `${verb} ${removed.length}, kept ${kept.length} in ${roots.join(' and ')}`;
    return [...lines.slice(0, MAX_SHOWN_LINES), ...more, ...refs, total].join('\n');
  },
});
