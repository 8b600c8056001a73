import { type Conflict, resolvedLine } from '../../contract/conflict.ts';
import { type Contract, type Decision, parseContract } from '../../contract/contract.ts';
import {
  type ContractFiles,
  decisionPath,
  moduleOfInterface,
  placeOfContract,
} from '../../contract/contract-files.ts';
import { type ContractChange, diffContracts } from '../../contract/diff.ts';
import { hashContract } from '../../contract/hash.ts';
import { ALL_MODULES } from '../../contract/locks.ts';
import { contractErrors } from '../../contract/wording.ts';
import { readLines } from '../../findings/markdown-lines.ts';
import { fenceData, plainLines, plainText } from '../../findings/plain-text.ts';
import { accept, type Result, reject } from '../../system/result.ts';

/** A human's decision: the contract changes (`flex`), or the module adapts (`adapt`). */
export interface Resolution {
  decision: 'flex' | 'adapt';
  note: string;
  /** With `flex`: the files of the contract that change, with their new text. */
  changed: ContractFiles;
  /** YYYY-MM-DD. */
  date: string;
}

/** Planned result of a resolution, not yet written. */
export interface Resolved {
  /** The resulting contract and its hash. */
  files: ContractFiles;
  hash: string;
  changes: ContractChange[];
  /** The decision that is added to the contract. */
  adr: { path: string; text: string };
  /** The modules that have to know, in the order of `modules.json`: the one that raised it first among them. */
  affected: string[];
  /** For each of their brain files. */
  note: string;
}

/** Plans a resolution. Rejects it if the new contract is invalid, or if `changed` contradicts the decision. */
export function resolveConflict(
  files: ContractFiles,
  conflict: Conflict,
  resolution: Resolution,
): Result<Resolved> {
  const { decision, changed, note } = resolution;
  if (note.trim() === '') return reject(contractErrors.noNote());
  if (decision === 'adapt' && changed.size > 0) return reject(contractErrors.adaptChanges());
  const changedContract = new Map([...files, ...changed]);
  const changes = diffContracts(files, changedContract);
  if (decision === 'flex' && changes.length === 0) return reject(contractErrors.nothingFlexes());
  const contractBefore = parseContract(files);
  if (!contractBefore.ok) return contractBefore;
  const contractAfter = parseContract(changedContract);
  if (!contractAfter.ok) return contractAfter;
  const affected = affectedModules(contractBefore.value, contractAfter.value, changes, conflict.module);
  const path = nextDecisionPath(contractAfter.value, conflict.name);
  if (path === undefined) return reject(contractErrors.noNumber());
  const adr = { path, text: writeDecision(path, conflict, resolution, changes, affected) };
  const resolvedFiles = new Map([...changedContract, [adr.path, adr.text]]);
  const parsed = parseContract(resolvedFiles);
  if (!parsed.ok) return parsed;
  const builderNote = formatBrainNote(conflict, resolution, adr.path);
  return accept(
    { files: resolvedFiles, hash: hashContract(resolvedFiles), changes, adr, affected, note: builderNote },
    parsed.diagnostics,
  );
}

function nextDecisionPath({ decisions }: Contract, name: string): string | undefined {
  const number = 1 + Math.max(0, ...decisions.map((each) => each.number));
  const topic = name.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return number > 999 ? undefined : decisionPath({ number, topic });
}

/** Modules that are affected by a change: they read a changed page, depend on a changed module, or are named by a changed lock. */
function affectedModules(
  before: Contract,
  after: Contract,
  changes: readonly ContractChange[],
  raisedBy: string,
): string[] {
  const { modules } = after.modules;
  const names = modules.map(({ name }) => name);
  const dependentsOf = (module: string) =>
    modules.filter(({ depends_on }) => depends_on.includes(module)).map(({ name }) => name);
  const readersOf = ({ what, name }: ContractChange): readonly string[] => {
    const module = what === 'interface' ? moduleOfInterface(name) : what === 'module' ? name : undefined;
    if (module !== undefined) return [module, ...dependentsOf(module)];
    // Other contract pages affect all modules.
    return what === 'lock' ? modulesBoundByLock(name, before, after, names) : names;
  };
  const affectedNames = new Set([raisedBy, ...changes.flatMap(readersOf)]);
  return names.filter((name) => affectedNames.has(name));
}

function modulesBoundByLock(
  key: string,
  before: Contract,
  after: Contract,
  names: readonly string[],
): readonly string[] {
  const affects = [...before.locks, ...after.locks]
    .filter(({ kind, name }) => `${kind} ${name}` === key)
    .flatMap((lock) => (lock.affects.length === 0 ? [ALL_MODULES] : lock.affects));
  return affects.includes(ALL_MODULES) ? names : affects;
}

const OUTCOME_TEXT: Record<Resolution['decision'], (module: string) => string> = {
  flex: () => 'The contract changes.',
  adapt: (module) => `The contract does not change; ${module} adapts to it.`,
};

function writeDecision(
  path: string,
  conflict: Conflict,
  resolution: Resolution,
  changes: readonly ContractChange[],
  affected: readonly string[],
): string {
  const { decision, note, date } = resolution;
  const quote = (label: string, text: string) => (text === '' ? [] : [fenceData(label, text)]);
  const paths = changes.map(({ what, name, how }) => `- ${what} ${plainText(name)}: ${how}`);
  return [
    `# ${path.slice('decisions/'.length, -'.md'.length)}: ${conflict.title}`,
    '## Status',
    `accepted by a human, ${date}`,
    '## Context',
    resolvedLine(conflict),
    `Raised by the builder of ${conflict.module}, in its own words:`,
    ...quote('contract', conflict.contract),
    ...quote('problem', conflict.problem),
    '## Decision',
    OUTCOME_TEXT[decision](conflict.module),
    escapeHeadings(note),
    '## Alternatives Considered',
    ...(conflict.options + conflict.proposal === '' ? ['The report names none.'] : []),
    ...quote('options', conflict.options),
    ...quote('proposal', conflict.proposal),
    '## Consequences',
    paths.length > 0 ? paths.join('\n') : 'No other file of the contract changes.',
    `To be told: ${affected.join(', ')}`,
    `Note: ${formatBrainNote(conflict, resolution, path)}`,
  ]
    .map((part) => part.trim())
    .join('\n\n')
    .concat('\n');
}

/** The modules to inform of a resolved conflict, and the note for them; undefined if the decision resolved no conflict. */
export function readNotification({
  text,
}: Pick<Decision, 'text'>): { modules: string[]; note: string } | undefined {
  const lines = readLines(text).filter(({ kind }) => kind === 'text');
  const lastLineAfter = (start: string) =>
    lines.findLast((line) => line.text.startsWith(start))?.text.slice(start.length);
  const [modules, note] = [lastLineAfter('To be told: '), lastLineAfter('Note: ')];
  return modules === undefined || note === undefined ? undefined : { modules: modules.split(', '), note };
}

// Escape lines that the parser of a decision would read as its own.
function escapeHeadings(note: string): string {
  return plainLines(note)
    .trim()
    .replace(/^([ \t>]*)(?=[#=]|--|Conflict:|To be told:|Note:)/gm, '$1\\')
    .replace(/`{3,}|~{3,}/g, '\\$&');
}

/** The most characters that a line of a brain file keeps. */
const MAX_NOTE_CHARS = 400;

/** What a builder finds in its brain file about a conflict that concerns it, on one line. */
export function formatBrainNote(
  { name, module }: Pick<Conflict, 'name' | 'module'>,
  { decision, note, date }: Pick<Resolution, 'decision' | 'note' | 'date'>,
  adr: string,
): string {
  const announcement = `${date}: conflict ${name} is resolved, read ${placeOfContract(adr)}`;
  return plainText(`${announcement}. ${OUTCOME_TEXT[decision](module)} ${note}`, MAX_NOTE_CHARS);
}

const DECISIONS_HEADING = '## Decisions';

/** A brain file with a bullet more under `## Decisions`; once, however often it is asked. */
export function addBrainNote(text: string, note: string): string {
  const bullet = `- ${note}`;
  const lines = text.trimEnd().split('\n');
  if (lines.includes(bullet)) return text;
  const headingIndex = lines.findIndex(
    (line) => line.trim().toLowerCase() === DECISIONS_HEADING.toLowerCase(),
  );
  if (headingIndex < 0)
    return `${text.trimEnd()}${text.trim() === '' ? '' : '\n\n'}${DECISIONS_HEADING}\n\n${bullet}\n`;
  const nextHeadingIndex = lines.findIndex((line, n) => n > headingIndex && /^#{1,2}\s/.test(line));
  const body = lines
    .slice(headingIndex + 1, nextHeadingIndex < 0 ? lines.length : nextHeadingIndex)
    .join('\n')
    .trim();
  const section = [...lines.slice(0, headingIndex + 1), '', ...(body === '' ? [] : [body]), bullet];
  return [...section, ...(nextHeadingIndex < 0 ? [] : ['', ...lines.slice(nextHeadingIndex)]), ''].join('\n');
}
