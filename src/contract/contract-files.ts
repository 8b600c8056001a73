import { jsonPath } from '../system/result.ts';

/** The files of a contract: the text of each by its path below `.orchestration/contracts`, with `/`. */
export type ContractFiles = ReadonlyMap<string, string>;

/** The folder of the contract, relative to a tree: the project, or a worktree of a run. */
export const CONTRACTS = '.orchestration/contracts';

export const ARCHITECTURE = 'architecture.md';
export const MODULES = 'modules.json';
export const LOCKS = 'locks.json';
export const SHARED_TYPES = 'interfaces/shared-types.md';

export const interfaceFileOf = (module: string) => `interfaces/${module}.interface.md`;

/** The module of `interfaces/{module}.interface.md`; undefined for any other path. */
export function moduleOfInterface(path: string): string | undefined {
  return /^interfaces\/([^/]+)\.interface\.md$/.exec(path)?.[1];
}

/** `decisions/NNN-topic.md` */
export interface DecisionName {
  number: number;
  topic: string;
}

export function parseDecisionPath(path: string): DecisionName | undefined {
  const [, number, topic] = /^decisions\/(\d{3})-([a-z0-9]+(?:-[a-z0-9]+)*)\.md$/.exec(path) ?? [];
  return number === undefined || topic === undefined ? undefined : { number: Number(number), topic };
}

export function decisionPath({ number, topic }: DecisionName): string {
  return `decisions/${String(number).padStart(3, '0')}-${topic}.md`;
}

/** Relative to the top of a tree, for messages and commits. */
export const placeOfContract = (path: string) => `${CONTRACTS}/${path}`;
/** A place in a JSON document of the contract: `modules.json $.modules[1].paths[0]`. */

export function placeIn(file: string, path: readonly PropertyKey[]): string {
  return `${file} ${jsonPath(path)}`;
}
