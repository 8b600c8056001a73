import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';
import fs from 'fs-extra';
import { plainText } from '../../findings/plain-text.ts';
import type { ToolName } from '../../findings/tool-names.ts';
import { countOf } from '../../findings/words.ts';
import type { SourceTree } from '../../source/source-tree.ts';
import { readTree } from '../../source/tree.io.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { loadExecaLauncher } from '../../system/process/execa.io.ts';
import { type GroupResult, startInGroup } from '../../system/process/group.ts';
import { listUserFolders } from '../../system/process/program-folders.ts';
import { accept, type Result } from '../../system/result.ts';
import type { CheckReport } from '../check/check.ts';
import { suppressFindings } from '../check/suppress.ts';
import { type FoundTool, findTool, type ToolPlace } from './find-tool.io.ts';
import type { Tool, ToolReading } from './tool.ts';
import { filesFor, foldersFor, packPaths } from './tool-files.ts';
import { judgeReadings } from './tool-report.ts';
import { toolNamed } from './tool-table.ts';

const GRACE_MS = 2000;
const MAX_REPORT_BYTES = 256 * 1024 * 1024;
const VERSION_TIMEOUT_MS = 30_000;
/** Starts of one tool; a project with more folders of its kind is examined in part, and the report says so. */
const MAX_FOLDERS = 20;

export interface ToolOrder extends ToolPlace {
  /** Seconds for all starts together. */
  timeout: number;
}

/**
 * Runs one tool on a folder and reads its report. A tool that is missing, fails, times out or writes no report is listed as not checked: it is never
 * a result without findings. Rejects a path that is no folder.
 */
export async function runExternalTool(id: ToolName, order: ToolOrder): Promise<Result<CheckReport>> {
  const tree = await readTree(order.project);
  if (!tree.ok) return tree;
  const tool = toolNamed(id);
  const examined = await examine(tool, tree.value, { ...order, project: tree.value.root });
  const result = suppressFindings(tree.value, examined);
  return accept({ id, domain: tool.domain, title: `${id} reports nothing.`, ...result }, tree.diagnostics);
}

type Examined = Pick<CheckReport, 'findings' | 'notes' | 'unchecked'>;

async function examine(tool: Tool, tree: SourceTree, order: ToolOrder): Promise<Examined> {
  const nothing = (why: string): Examined => ({ findings: [], notes: [why], unchecked: [] });
  const failed = (why: string): Examined => ({ findings: [], notes: [], unchecked: [`${tool.id}: ${why}`] });
  const files = filesFor(tool, tree);
  if (files.length === 0)
    return nothing(`${tool.id} has nothing to examine here: it looks for ${tool.finds}.`);
  if (tool.runsProjectCode && !order.allowsProjectCode)
    return failed(
      'not started, because its configuration is code of the project that it runs; allow it with --project-code',
    );
  const found = findTool(tool, order);
  if (!found) return failed(`not installed (${tool.install})`);
  const scratch = fs.mkdtempSync(join(tmpdir(), 'sao-tool-'));
  try {
    return await new ToolRun(tool, found, order, scratch, tree).run(files);
  } finally {
    fs.removeSync(scratch);
  }
}

/** The starts of one tool. */
class ToolRun {
  private readonly tool: Tool;
  private readonly found: FoundTool;
  private readonly order: ToolOrder;
  private readonly scratch: string;
  private readonly tree: SourceTree;
  private readonly deadline: number;
  private readonly unchecked: string[] = [];
  private starts = 0;

  constructor(tool: Tool, found: FoundTool, order: ToolOrder, scratch: string, tree: SourceTree) {
    this.tool = tool;
    this.found = found;
    this.order = order;
    this.scratch = scratch;
    this.tree = tree;
    this.deadline = performance.now() + order.timeout * 1000;
  }

  async run(files: readonly string[]): Promise<Examined> {
    const version = this.askVersion();
    const folders = foldersFor(this.tool, files);
    const readings: ToolReading[] = [];
    for (const folder of folders.slice(0, MAX_FOLDERS)) {
      for (const pack of this.tool.args.includes('FILES') ? packPaths(files) : [files]) {
        const reading = await this.start(folder, pack);
        if (reading) readings.push(placeIn(folder, reading));
      }
    }
    for (const folder of folders.slice(MAX_FOLDERS))
      this.unchecked.push(`not started in ${folder}: more than ${MAX_FOLDERS} folders`);
    const { findings, notes, unchecked } = judgeReadings(this.tool, readings, this.pathFinder());
    const named =
      (await version) ?? readings.map((reading) => reading.version).find((each) => each !== undefined);
    return {
      findings,
      notes: [`Tool: ${this.tool.id} ${named ?? 'of an unknown version'}`, ...this.describe(files), ...notes],
      unchecked: [...this.unchecked.map((why) => `${this.tool.id}: ${why}`), ...unchecked],
    };
  }

  private describe(files: readonly string[]): string[] {
    const { args, network, files: pattern } = this.tool;
    const origin = this.found.origin === 'project' ? "the project's own copy" : this.found.file;
    const scope = args.includes('FILES')
      ? countOf(files.length, 'file')
      : pattern.source === '.'
        ? 'all files'
        : 'the whole folder';
    return [`Started ${origin} on ${scope}${network ? `; it ${network}` : ''}.`];
  }

  private async start(folder: string, files: readonly string[]): Promise<ToolReading | undefined> {
    this.starts += 1;
    const report = join(this.scratch, `report-${this.starts}.${this.tool.reportFile ?? 'txt'}`);
    const remainingMs = Math.round(this.deadline - performance.now());
    const where = folder === '' ? '' : ` in ${folder}`;
    if (remainingMs <= 0) return this.fail(`not started${where}, because ${this.order.timeout} s were over`);
    const args = this.fillArguments(files, report);
    const result = await this.launch(args, join(this.order.project, folder), remainingMs);
    return this.readResult(result, report, where);
  }

  /** Reads the report of a start that has ended, or lists why there is none. */
  private readResult(result: GroupResult, report: string, where: string): ToolReading | undefined {
    const { reportFile, nothing, read, codes } = this.tool;
    if (result.timedOut) return this.fail(`no result within ${this.order.timeout} s${where}`);
    if (result.exitCode === null) return this.fail(`${describeEnd(result)}${where}`);
    if (nothing?.includes(result.exitCode)) return { findings: [], unchecked: [], suppressed: 0 };
    if (!codes.includes(result.exitCode)) return this.fail(`${describeExit(result)}${where}`);
    const text = reportFile === undefined ? result.stdout : readReport(report);
    const reading = text === undefined || text.trim() === '' ? undefined : read(text);
    return reading ?? this.fail(`it wrote no report that can be read${where} (${describeExit(result)})`);
  }

  private fail(why: string): undefined {
    this.unchecked.push(why);
  }

  private fillArguments(files: readonly string[], report: string): string[] {
    return this.tool.args.flatMap((word) => {
      // A name that begins with a dash would be an option.
      if (word === 'FILES') return files.map((path) => (path.startsWith('-') ? `./${path}` : path));
      if (word === 'EMPTY') return [this.emptyFile()];
      return [word.replace('REPORT', () => report)];
    });
  }

  private emptyFile(): string {
    const path = join(this.scratch, 'empty.yaml');
    fs.writeFileSync(path, '');
    return path;
  }

  private async askVersion(): Promise<string | undefined> {
    const result = await this.launch(this.tool.version, this.scratch, VERSION_TIMEOUT_MS);
    return parseVersion(`${result.stdout}\n${result.stderr}`);
  }

  private async launch(args: readonly string[], cwd: string, timeoutMs: number): Promise<GroupResult> {
    const { env, project, allowsProjectCode } = this.order;
    const path = allowsProjectCode ? env.PATH : listUserFolders(env.PATH, [project]).join(':');
    const spec = {
      file: this.found.file,
      args,
      cwd,
      env: { ...env, ...this.tool.env, PATH: path, NO_COLOR: '1', CI: '1' },
      stdin: '',
      timeoutMs,
      graceMs: GRACE_MS,
      stdoutLimit: MAX_REPORT_BYTES,
      stderrLimit: 1024 * 1024,
    };
    return startInGroup(spec, await loadExecaLauncher()).done;
  }

  /** Returns a function from a path in a report to the path of a file of the tree. */
  private pathFinder(): (path: string) => string | undefined {
    const known = new Set(this.tree.files.map(({ path }) => path));
    const roots = [...new Set([this.order.project, realpathSync(this.order.project)])];
    return (path) => {
      const inside = roots
        .map((root) => (isAbsolute(path) ? relative(root, path) : path))
        .find((each) => !each.startsWith('..'));
      const clean = inside
        ?.split(sep)
        .join('/')
        .replace(/^(?:\.\/)+/, '');
      return clean !== undefined && known.has(clean) ? clean : undefined;
    };
  }
}

function placeIn(folder: string, reading: ToolReading): ToolReading {
  if (folder === '') return reading;
  const findings = reading.findings.map((found) =>
    found.path === undefined || isAbsolute(found.path)
      ? found
      : { ...found, path: `${folder}${found.path.replace(/^\.\//, '')}` },
  );
  return { ...reading, findings };
}

function readReport(path: string): string | undefined {
  try {
    return readBoundedText(path, MAX_REPORT_BYTES);
  } catch {
    return undefined;
  }
}

/** Returns the first version number in the output of `TOOL --version`. */
export function parseVersion(output: string): string | undefined {
  return /\bv?(\d+\.\d+(?:\.\d+)?(?:[-+][\w.]+)?)/.exec(output)?.[1];
}

function describeEnd(result: GroupResult): string {
  if (result.startError) return `it could not be started: ${plainText(result.startError.message, 200)}`;
  return result.signal === null ? 'it ended without an exit code' : `it was ended by ${result.signal}`;
}

// The last lines of a program tell why it failed.
function describeExit({ exitCode, stderr, stdout }: GroupResult): string {
  const lines = (stderr.trim() === '' ? stdout.slice(-2000) : stderr)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const reason = lines.findLast((line) => /error|fatal|fail|cannot|not found/i.test(line)) ?? lines.at(-1);
  return `exit code ${exitCode}${reason === undefined ? '' : `: ${plainText(reason, 200)}`}`;
}
