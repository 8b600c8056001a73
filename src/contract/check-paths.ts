import type { Problem } from '../system/result.ts';
import { MODULES, placeIn } from './contract-files.ts';
import { doGlobsMeet, globFault, type ReadGlob, readGlob } from './glob.ts';
import type { ModulesDraft } from './modules.schema.ts';

/** A glob of `modules.json`: of a module, or shared by all. */
interface Claim {
  owner: string | undefined;
  glob: string;
  read: ReadGlob;
  target: string;
}

/** Folders that no module may contain: the engine and git use them. */
const KEPT = ['.orchestration/**', '.git/**'] as const;

/** Checks the globs of the modules and the shared paths: valid, inside the project, and without a common path. */
export function checkPaths(document: ModulesDraft): Problem[] {
  const claims = claimsOf(document);
  const usable = claims.filter(({ glob }) => globFault(glob) === undefined);
  return [
    ...claims.flatMap(checkGlob),
    ...usable.flatMap((claim, n) => usable.slice(0, n).flatMap((before) => checkPair(before, claim))),
  ];
}

function claimsOf({ modules, shared_paths }: ModulesDraft): Claim[] {
  const own = modules.flatMap(({ name, paths }, m) =>
    paths.map((glob, p) => ({
      owner: name ?? `number ${m + 1}`,
      glob,
      read: readGlob(glob),
      target: placeIn(MODULES, ['modules', m, 'paths', p]),
    })),
  );
  const shared = shared_paths.map((glob, p) => ({
    owner: undefined,
    glob,
    read: readGlob(glob),
    target: placeIn(MODULES, ['shared_paths', p]),
  }));
  return [...own, ...shared];
}

function checkGlob({ glob, target }: Claim): Problem[] {
  const shown = JSON.stringify(glob);
  const fault = globFault(glob);
  if (fault !== undefined) {
    const fix = 'write a glob such as src/auth/** or src/auth/*.ts';
    return [{ code: 'contract-glob', message: `${target}: the glob ${shown} ${fault}`, target, fix }];
  }
  const kept = KEPT.find((own) => doGlobsMeet(glob, own));
  if (kept === undefined) return [];
  const message = `${target}: the glob ${shown} also names paths of ${kept}, which no module owns`;
  return [
    { code: 'contract-glob', message, target, fix: 'start it with the name of a folder, as in src/**' },
  ];
}

function checkPair(a: Claim, b: Claim): Problem[] {
  if (a.owner === b.owner || !doGlobsMeet(a.read, b.read)) return [];
  const message = `${b.target}: the glob ${JSON.stringify(b.glob)} (${nameOf(b)}) overlaps ${JSON.stringify(a.glob)} (${nameOf(a)}, ${a.target})`;
  const fix = 'give each path to one module, or to `shared_paths` alone';
  return [{ code: 'contract-paths-overlap', message, target: b.target, fix }];
}

const nameOf = ({ owner }: Claim) => (owner === undefined ? 'shared' : `module ${owner}`);
