import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

interface Import {
  from: string;
  /** A path below src/, or the name of a package. */
  to: string;
  isType: boolean;
  isLazy: boolean;
}

const SRC = resolve('src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'));
const text = new Map(files.map((file) => [file, readFileSync(join(SRC, file), 'utf8')]));

const trees = new Map(
  files.map((file) => [file, ts.createSourceFile(file, text.get(file) ?? '', ts.ScriptTarget.ES2022, true)]),
);

function nodesOf(node: ts.Node, found: ts.Node[] = []): ts.Node[] {
  found.push(node);
  ts.forEachChild(node, (child) => void nodesOf(child, found));
  return found;
}

const nodes = new Map(files.map((file) => [file, nodesOf(trees.get(file) as ts.SourceFile)]));

function importsOf(file: string): Import[] {
  return (nodes.get(file) ?? []).flatMap((node) => {
    if (ts.isImportDeclaration(node))
      return [named(file, node.moduleSpecifier, isErased(node.importClause), false)];
    if (ts.isExportDeclaration(node) && node.moduleSpecifier)
      return [named(file, node.moduleSpecifier, node.isTypeOnly, false)];
    const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const [target] = isCall ? node.arguments : [];
    return target && ts.isStringLiteral(target) ? [named(file, target, false, true)] : [];
  });
}

function named(from: string, target: ts.Expression, isType: boolean, isLazy: boolean): Import {
  return { from, to: place(from, ts.isStringLiteral(target) ? target.text : ''), isType, isLazy };
}

/** Whether nothing of an import is left once the types are gone. */
function isErased(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined || clause.name) return false;
  const { namedBindings: names } = clause;
  if (clause.isTypeOnly) return true;
  return (
    names !== undefined && ts.isNamedImports(names) && names.elements.every(({ isTypeOnly }) => isTypeOnly)
  );
}

/** What a file asks of the world by name: `process.env`, `Date.now`, `new Date()`, `randomUUID`. */
function asked(file: string): string[] {
  return (nodes.get(file) ?? []).flatMap((node) => {
    if (ts.isPropertyAccessExpression(node)) return [node.getText()];
    if (ts.isNewExpression(node) && node.getText() === 'new Date()') return ['new Date()'];
    return ts.isCallExpression(node) && ts.isIdentifier(node.expression) ? [node.expression.text] : [];
  });
}

function place(from: string, to: string): string {
  return to.startsWith('.') ? relative(SRC, resolve(SRC, dirname(from), to)).replaceAll('\\', '/') : to;
}

/** The areas of `src`, a level a row: an import leads to the same area or to a lower row. */
const LEVELS = [
  ['cli'],
  ['commands'],
  ['dashboard'],
  ['session'],
  ['teams'],
  ['pipeline'],
  ['memory'],
  ['contract', 'audit', 'maintenance'],
  ['workspace', 'headless', 'queue', 'mcp'],
  ['run'],
  ['source', 'findings'],
  ['system'],
];

const areaOf = (file: string) => file.split('/')[0] ?? '';
const levelOf = (file: string) => LEVELS.findIndex((level) => level.includes(areaOf(file)));
/** The area's folder at depth 2; `run/.` for a file directly in `run`. */
const roomOf = (file: string) =>
  file.split('/').length > 2 ? file.split('/').slice(0, 2).join('/') : `${areaOf(file)}/.`;

const all = files.flatMap(importsOf);
const inside = all.filter(({ to }) => text.has(to));
const packages = all.filter(({ to }) => !text.has(to));
const entries = [
  'session/hooks/main.ts',
  'session/hooks/run-hook.ts',
  'session/hooks/start.ts',
  'session/fan-out/start.ts',
];
/** Programs with a process of their own. */
const programs = [
  'system/process/guard-main.ts',
  'session/hooks/run-hook.ts',
  'session/hooks/start.ts',
  'session/fan-out/start.ts',
];
const isEffectArea = (file: string) => ['cli', 'commands', 'system'].includes(areaOf(file));
/** Files that decide: no `.io` in the name, outside of the areas that are effects as a whole. */
const pure = files.filter(
  (file) => !isEffectArea(file) && !file.endsWith('.io.ts') && !entries.includes(file),
);

/** The cycles of the graph that the imports make between the names that `nameOf` gives to files. */
function cyclesOf(nameOf: (file: string) => string): string[] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of inside) {
    const [a, b] = [nameOf(from), nameOf(to)];
    if (a !== b) targets.set(a, (targets.get(a) ?? new Set()).add(b));
  }
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (name: string, path: string[]) => {
    if (path.includes(name)) cycles.push([...path.slice(path.indexOf(name)), name].join(' → '));
    if (done.has(name) || path.includes(name)) return;
    for (const target of targets.get(name) ?? []) walk(target, [...path, name]);
    done.add(name);
  };
  for (const name of targets.keys()) walk(name, []);
  return cycles;
}

/** What a test of layers shows: where it is, and what it must not. */
const shown = ({ from, to }: Import) => `${from} → ${to}`;

/** What a bundle of this file holds. */
function reached(start: string, except: readonly string[] = []): Import[] {
  const seen = new Set<string>(except);
  const found: Import[] = [];
  const walk = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const entry of importsOf(file).filter(({ isType }) => !isType)) {
      found.push(entry);
      if (text.has(entry.to)) walk(entry.to);
    }
  };
  walk(start);
  return found;
}

describe('imports', () => {
  it('are read at all', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(inside.length).toBeGreaterThan(files.length);
  });

  it('lead to files that are there', () => {
    const lost = all.filter(
      ({ from, to }) => to.endsWith('.ts') && !existsSync(join(SRC, to)) && to !== from,
    );
    expect(lost.map(shown)).toEqual([]);
  });

  it('belong to an area with a level', () => {
    expect(files.filter((file) => levelOf(file) < 0)).toEqual([]);
  });

  it('point down only, types too', () => {
    const upward = inside.filter(
      ({ from, to }) => areaOf(from) !== areaOf(to) && levelOf(to) <= levelOf(from),
    );
    expect(upward.map(shown)).toEqual([]);
  });

  it.each([
    ['areas', areaOf],
    ['folders of depth 2', roomOf],
    ['folders', dirname],
    ['files', (file: string) => file],
  ])('make no cycle of %s, types and lazy imports too', (_, nameOf) => {
    expect(cyclesOf(nameOf)).toEqual([]);
  });
});

describe('exported names', () => {
  /** Each command and each check is one file that exports its entry under the same name. */
  const entries = new Map([
    ['command', /^commands\//],
    ['run', /^audit\/checks\//],
  ]);

  it('mean one thing', () => {
    const places = new Map<string, string[]>();
    for (const [file, content] of text)
      for (const [, name = ''] of content.matchAll(
        /^export (?:async )?(?:function|const|interface|type|class|enum) (\w+)/gm,
      ))
        if (!entries.get(name)?.test(file)) places.set(name, [...(places.get(name) ?? []), file]);
    const shared = [...places].filter(([, found]) => found.length > 1);
    expect(places.size).toBeGreaterThan(1000);
    expect(shared.map(([name, found]) => `${name}: ${found.join(', ')}`)).toEqual([]);
  });
});

describe('the queue', () => {
  it('imports of runs only their ledger', () => {
    const areas = ['queue', 'findings', 'source', 'system'];
    const beyond = inside.filter(
      ({ from, to }) =>
        areaOf(from) === 'queue' && !areas.includes(areaOf(to)) && !to.startsWith('run/ledger/'),
    );
    expect(beyond.map(shown)).toEqual([]);
  });
});

describe('decisions', () => {
  const allowed = new Set(['node:path', 'node:crypto', 'node:util', 'node:os']);
  /** Values and vocabulary in `system`, without an effect. */
  const pureSystem = new Set([
    'system/result.ts',
    'system/shell-words.ts',
    'system/command-line.ts',
    'system/approval/record.ts',
    'system/approval/judge.ts',
    'system/content-hash.ts',
    'system/files/path-bytes.ts',
    'system/schema-issue.ts',
    'system/client/project-settings.ts',
    'system/git/setting-effects.ts',
  ]);

  const touches = (to: string) => {
    const isBuiltIn = to.startsWith('node:') || builtinModules.includes(to);
    const isEffect = to.startsWith('system/') && !pureSystem.has(to);
    return isEffect || to.endsWith('.io.ts') || (isBuiltIn && !allowed.has(to));
  };
  // A table of what is loaded later decides nothing and touches nothing itself.
  const isTable = ({ from, isLazy }: Import) => isLazy && from.endsWith('/index.ts');

  it('import no effect', () => {
    const effects = all.filter(
      (entry) => pure.includes(entry.from) && !entry.isType && !isTable(entry) && touches(entry.to),
    );
    expect(effects.map(shown)).toEqual([]);
  });

  it('ask no clock, no chance and no environment', () => {
    const asks =
      /^(?:Date\.now|new Date\(\)|Math\.random|performance\.now|process\.\w+|random(?:Bytes|UUID|Int)|nanoid)$/;
    const found = pure.flatMap((file) =>
      asked(file)
        .filter((name) => asks.test(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(found).toEqual([]);
  });
});

describe('the hooks', () => {
  it('load no library that an ordinary call would wait for', () => {
    const rare = ['session/hooks/late-return.io.ts'];
    const heavy = ['session/hooks/start.ts', 'session/fan-out/start.ts']
      .flatMap((start) => reached(start, rare))
      .filter(({ to }) => !text.has(to) && !to.startsWith('node:'));
    expect(heavy.map(shown)).toEqual([]);
  });
});

describe('the process', () => {
  it('is ended and printed to by the cli alone', () => {
    const speaks = /^(?:process\.(?:stdout|exit|exitCode)|console\.\w+)$/;
    const found = files
      .filter((file) => !file.startsWith('cli/') && !programs.includes(file))
      .filter((file) => asked(file).some((name) => speaks.test(name)));
    expect(found).toEqual([]);
  });

  it('is started by adapters and effects alone', () => {
    const starters = packages.filter(
      ({ from, to }) => /^(?:node:)?child_process$|^execa$/.test(to) && pure.includes(from),
    );
    expect(starters.map(shown)).toEqual([]);
  });
});
