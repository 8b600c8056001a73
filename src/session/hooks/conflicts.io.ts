import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { conflictHash, hashReport } from '../../contract/hash.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { plainLines } from '../../findings/plain-text.ts';
import { appendEvents, treesFolder } from '../../run/ledger/store.io.ts';
import { readFileStart } from '../../system/files/bounded.ts';
import { unwrap } from '../../system/result.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import type { HumanCall } from './answers.ts';
import { findBuild } from './builds.io.ts';
import { ask, type HookAnswer, type HookInput } from './protocol.ts';
import { askOf } from './token.io.ts';
import { questionText } from './wording.ts';

/** Maximum size of a conflict report that is read, in bytes. */
const MAX_REPORT_BYTES = 256 * 1024;

type Env = Readonly<Record<string, string | undefined>>;

interface Report {
  name: string;
  path: string;
  text: string;
}

/**
 * Turns a call that resolves a conflict into a question that shows the report; undefined if the command names none, which the command
 * itself reports. A yes is bound to this version of the report and the contract.
 */
export function askAboutConflict(
  input: HookInput,
  env: Env,
  command: string,
  call: HumanCall,
  now: Date,
): HookAnswer {
  const build = findBuild(input, env, call);
  if (!build) return undefined;
  const { dir, run } = build;
  const reports = findReports(dir).filter(({ name }) => isNamed(command, name));
  if (reports.length === 0) return undefined;
  const files = unwrap(readContractFiles(join(treesFolder(dir), INTEGRATION)));
  const { token, proof } = askOf(input, 'resolve');
  const asked = reports.map(({ name, text }) => {
    const hash = conflictHash(files, { name, hash: hashReport(text) });
    return { type: 'conflict-asked' as const, conflict: name, hash, ...proof };
  });
  appendEvents(dir, asked, now);
  const reason = questionText.askConflict(
    run,
    reports.map(({ path, text }) => ({ path, text: plainLines(text) })),
  );
  return ask(reason, { ...input.tool_input, command: `SAO_APPROVAL=${token} ${command}` });
}

/** The conflict reports of all builders and of the integration worktree; a builder's own version replaces the merged one. */
function findReports(dir: string): Report[] {
  const builds = treesFolder(dir);
  const modules = existsSync(builds) ? readdirSync(builds).filter((name) => name !== INTEGRATION) : [];
  const found = new Map<string, Report>();
  for (const module of [INTEGRATION, ...modules]) {
    const folder = join(builds, module, '.orchestration', 'conflicts');
    const names = existsSync(folder) ? readdirSync(folder) : [];
    for (const file of names.filter((each) => each.endsWith('.md'))) {
      const name = file.slice(0, -'.md'.length);
      if (module !== INTEGRATION && !name.startsWith(`${module}-`)) continue;
      const path = join(folder, file);
      found.set(name, { name, path, text: readFileStart(path, MAX_REPORT_BYTES).toString('utf8') });
    }
  }
  return [...found.values()];
}

// Match the whole name, because another report's name may start with it.
function isNamed(command: string, name: string): boolean {
  return command.split(/[^A-Za-z0-9._-]+/).some((word) => word === name || word === `${name}.md`);
}
