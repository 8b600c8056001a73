import type * as z from 'zod';
import { isNear, valueAt } from '../run/plan/plan-faults.ts';
import { placeOfFault } from '../run/plan/read-plan.ts';
import { accept, type Diagnostic, type Problem, type Result, reject, warn } from '../system/result.ts';
import { describeKind, describeSchemaIssue } from '../system/schema-issue.ts';
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
  placeIn,
  SHARED_TYPES,
} from './contract-files.ts';
import { checkLocks, LOCKS_KEYS, type Lock, locksSchemaOf, normalizeLocks, unknownAffects } from './locks.ts';
import {
  MODULES_KEYS,
  type ModulesDocument,
  type ModulesDraft,
  modulesDraftSchema,
  modulesSchema,
} from './modules.schema.ts';

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
  const read = readContractDocument(MODULES_FORM, text);
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
  const read = readContractDocument(LOCKS_FORM, text);
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

/** A JSON document of the contract: its path, its schema, and its allowed keys. */
export interface DocumentForm<T> {
  file: string;
  schemaOf(value: unknown): z.ZodType<T>;
  keys: readonly string[];
}

/** Parses a JSON document of the contract. Every fault has the file, the JSON path and a fix. */
export function readContractDocument<T>({ file, schemaOf, keys }: DocumentForm<T>, text: string): Result<T> {
  const json = readJson(file, text);
  if (!json.ok) return json;
  const parsed = schemaOf(json.value).safeParse(json.value);
  if (parsed.success) return accept(parsed.data);
  const describe = issueWriter(file, keys, json.value);
  return reject(...parsed.error.issues.flatMap(describe));
}

/** Reads the valid parts of a JSON document with faults, by a tolerant schema; undefined if it is not an object. */
export function parseLeniently<T>(schema: z.ZodType<T>, text: string): T | undefined {
  const json = readJson('', text);
  return json.ok ? schema.safeParse(json.value).data : undefined;
}

function readJson(file: string, text: string): Result<unknown> {
  try {
    return accept(JSON.parse(text.replace(/^\uFEFF/, '')) as unknown);
  } catch (error) {
    return reject({
      code: 'contract-not-json',
      message: `${file} is not JSON: ${placeOfFault(error, text)}`,
      target: file,
      fix: 'write one JSON object, without a code fence around it',
    });
  }
}

function issueWriter(file: string, keys: readonly string[], document: unknown) {
  return (issue: z.core.$ZodIssue): Problem[] => {
    const target = placeIn(file, issue.path);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey(placeIn(file, [...issue.path, key]), key, keys));
    if (issue.code === 'invalid_type' && valueAt(document, issue.path) === undefined) {
      const fix = `add it: ${describeKind(issue.expected)}`;
      return [{ code: 'contract-missing-key', message: `${target} is missing`, target, fix }];
    }
    const message = `${target} ${describeSchemaIssue(issue)}`;
    return [{ code: 'contract-wrong-value', message, target, fix: fixOf(issue) }];
  };
}

function fixOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `use one of: ${issue.values.map(String).join(', ')}`;
  return 'correct the value';
}

function unknownKey(target: string, key: string, keys: readonly string[]): Problem {
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  const near = keys.find((known) => bare(key) !== '' && known !== key && isNear(bare(known), bare(key)));
  return {
    code: 'contract-unknown-key',
    message: `${target}: there is no such key`,
    target,
    fix: near ? `write "${near}", or remove it` : `remove it; the keys are ${keys.join(', ')}`,
  };
}
