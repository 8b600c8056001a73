import { accept, type Diagnostic, type Result, reject, warn } from '../system/result.ts';
import { checkLocks, unknownAffects } from './check-locks.ts';
import { checkModules, namesOf } from './check-modules.ts';
import {
  checkArchitecture,
  checkDecisions,
  checkInterfaces,
  findStrayInterfaces,
  missing,
  sectionOf,
} from './check-pages.ts';
import { checkPaths } from './check-paths.ts';
import {
  ARCHITECTURE,
  type ContractFiles,
  interfaceFileOf,
  LOCKS,
  MODULES,
  parseDecisionPath,
  SHARED_TYPES,
} from './contract-files.ts';
import { LOCKS_KEYS, type Lock, locksSchemaOf, normalizeLocks } from './locks.schema.ts';
import {
  MODULES_KEYS,
  type ModulesDocument,
  type ModulesDraft,
  modulesDraftSchema,
  modulesSchema,
} from './modules.schema.ts';
import { type DocumentForm, type Problem, parseLeniently, readDocument } from './schema-faults.ts';

/** A complete and valid contract. */
export interface Contract {
  modules: ModulesDocument;
  /** Decisions first, each kind by name. */
  locks: Lock[];
  /** Text of `architecture.md`. */
  architecture: string;
  /** Text of each module's interface, in the order of `modules.json`. */
  interfaces: ReadonlyMap<string, string>;
  sharedTypes: string;
  /** By number. */
  decisions: Decision[];
}

export interface Decision {
  path: string;
  number: number;
  topic: string;
  status: string;
  text: string;
}

const MODULES_FORM: DocumentForm<ModulesDocument> = {
  file: MODULES,
  schemaOf: () => modulesSchema,
  keys: MODULES_KEYS,
};
const LOCKS_FORM = { file: LOCKS, schemaOf: locksSchemaOf, keys: LOCKS_KEYS };

/**
 * Parses all files of a contract. Fails with all faults, each with file, JSON path or heading, and fix. Doubtful but valid
 * contents are warnings.
 */
export function parseContract(files: ContractFiles): Result<Contract> {
  const { read: modules, draft } = examineModules(files);
  const locks = readLocks(files);
  const names = [...new Set(namesOf(draft?.modules ?? []))];
  const problems = [
    ...checkArchitecture(files),
    ...problemsOf(modules),
    ...checkInterfaces(files, names),
    ...checkDecisions(files),
    ...problemsOf(locks),
  ];
  if (!modules.ok || !locks.ok || problems.length > 0) return reject(...problems);
  const contract: Contract = {
    modules: modules.value,
    locks: locks.value,
    architecture: files.get(ARCHITECTURE) ?? '',
    interfaces: new Map(names.map((name) => [name, files.get(interfaceFileOf(name)) ?? ''])),
    sharedTypes: files.get(SHARED_TYPES) ?? '',
    decisions: decisionsOf(files),
  };
  return accept(contract, [...strangeInterfaces(files, names), ...unknownAffects(locks.value, names)]);
}

/** Parses only `modules.json`, which the scheduler needs while other pages are still being written. */
export function readModules(files: ContractFiles): Result<ModulesDocument> {
  return examineModules(files).read;
}

/** Parses the document, or fails with all faults: faults of its form do not hide other faults in its readable parts. */
function examineModules(files: ContractFiles): { read: Result<ModulesDocument>; draft?: ModulesDraft } {
  const text = files.get(MODULES);
  if (text === undefined) return { read: reject(missing(MODULES)) };
  const read = readDocument(MODULES_FORM, text);
  const draft = read.ok ? read.value : parseLeniently(modulesDraftSchema, text);
  if (!draft) return { read };
  const ofForm = problemsOf(read);
  const isTold = ({ target }: Problem) => ofForm.some((problem) => problem.target === target);
  const others = [...checkModules(draft), ...checkPaths(draft)].filter((problem) => !isTold(problem));
  const problems = [...ofForm, ...others];
  return { read: problems.length > 0 ? reject(...problems) : read, draft };
}

/** Parses only `locks.json`, in either of its forms. */
export function readLocks(files: ContractFiles): Result<Lock[]> {
  const text = files.get(LOCKS);
  if (text === undefined) return reject(missing(LOCKS));
  const read = readDocument(LOCKS_FORM, text);
  if (!read.ok) return read;
  const locks = normalizeLocks(read.value);
  const problems = checkLocks(locks);
  return problems.length > 0 ? reject(...problems) : accept(locks);
}

function problemsOf(result: Result<unknown>): Problem[] {
  return result.ok ? [] : result.diagnostics.map(({ severity: _, ...problem }) => problem);
}

/** The decisions of any contract, valid or not, by number. */
export function decisionsOf(files: ContractFiles): Decision[] {
  const found = [...files].flatMap(([path, text]) => {
    const name = parseDecisionPath(path);
    return name ? [{ path, ...name, status: sectionOf(text, 'Status') ?? '', text }] : [];
  });
  return found.sort((a, b) => a.number - b.number);
}

function strangeInterfaces(files: ContractFiles, names: readonly string[]): Diagnostic[] {
  return findStrayInterfaces(files, names).map((path) =>
    warn('contract-stray-interface', `${path} belongs to no module of ${MODULES}`, {
      target: path,
      fix: `remove it, or add its module to ${MODULES}`,
    }),
  );
}
