import { countOf } from '../../../findings/words.ts';
import { lineFinder } from '../../../source/lines.ts';
import { isCall, literalParts } from '../../../source/nodes.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { compareText, type Hit, reportHits } from '../../check/report.ts';
import { findManifests, nameOf } from '../../manifests/find.ts';
import { isRecord, parseJson, recordIn, textIn } from '../../manifests/json.ts';
import type { LockedPackage, LockReader } from '../../manifests/locked.ts';
import { readNpmLock } from '../../manifests/npm-lock.ts';
import { readPnpmLock } from '../../manifests/pnpm-lock.ts';
import { readYarnLock } from '../../manifests/yarn-lock.ts';
import type { SyntaxRule } from '../../rules/rule.ts';
import { scanCode } from '../../rules/scan.ts';
import { DEVELOPMENT_ONLY, HEAVY } from './package-table.ts';

const READERS: Record<string, LockReader> = {
  'package-lock.json': readNpmLock,
  'yarn.lock': readYarnLock,
  'pnpm-lock.yaml': readPnpmLock,
};

/** A package with fewer versions in a lock file is not reported. */
const MANY_VERSIONS = 4;
const LISTED_DUPLICATES = 10;
const BROWSER = /^(?:react-dom|vue|svelte|@angular\/core|preact|solid-js|lit|next|nuxt)$/;

/** Reports heavy, outdated, duplicated and misplaced npm dependencies. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const manifests = findManifests(tree, /^package\.json$/);
  const locks = findManifests(tree, /^(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml)$/);
  const hits = [...manifests.flatMap(judgeManifest), ...locks.flatMap(judgeDuplicates)];
  const notes = [
    `Read ${countOf(manifests.length, 'npm manifest')} and ${countOf(locks.length, 'lock file')}.`,
  ];
  if (manifests.some(isForBrowsers)) {
    const scan = await scanCode(tree, { patterns: [], syntax: [WHOLE_LIBRARY] });
    hits.push(...scan.hits);
    notes.push(...scan.notes);
  }
  return reportHits(hits, notes);
}

function isForBrowsers(file: SourceFile): boolean {
  const json = parseJson(file.text());
  const names = [recordIn(json, 'dependencies'), recordIn(json, 'devDependencies')].flatMap(Object.keys);
  return names.some((name) => BROWSER.test(name));
}

function judgeManifest(file: SourceFile): Hit[] {
  const text = file.text() ?? '';
  const json = parseJson(text);
  const names = Object.keys(recordIn(json, 'dependencies'));
  const lineOf = lineFinder(text);
  const at = (name: string) => ({ path: file.path, line: lineOf(Math.max(0, text.indexOf(`"${name}"`))) });
  const heavy = names.filter((name) => HEAVY[name]).map((name) => heavyPackage(name, at(name)));
  // A published package may need its tools at run time; an application does not.
  const isApplication = isRecord(json) && json.private === true && !textIn(json, 'main') && !json.bin;
  const tools = isApplication ? names.filter((name) => DEVELOPMENT_ONLY.test(name)) : [];
  const [first] = tools;
  return first === undefined ? heavy : [...heavy, toolsInProduction(tools, at(first))];
}

function heavyPackage(name: string, place: { path: string; line: number }): Hit {
  const title = `heavy-dependency: ${name}`;
  return { rule: 'heavy-dependency', severity: 'minor', title, ...place, detail: HEAVY[name] ?? '' };
}

function toolsInProduction(tools: readonly string[], place: { path: string; line: number }): Hit {
  return {
    rule: 'tools-in-production',
    severity: 'minor',
    title: `tools-in-production: ${tools.slice(0, 5).join(', ')}`,
    ...place,
    detail: 'A production install downloads these tools; move them to devDependencies.',
  };
}

function judgeDuplicates(file: SourceFile): Hit[] {
  const packages = READERS[nameOf(file.path)]?.(file.text() ?? '')?.packages ?? [];
  const byName = new Map<string, LockedPackage[]>();
  for (const locked of packages) {
    if (!locked.dev && !locked.local) byName.set(locked.name, [...(byName.get(locked.name) ?? []), locked]);
  }
  const versionsOf = (list: readonly LockedPackage[]) =>
    [...new Set(list.map((p) => p.version ?? ''))].sort(compareText);
  return [...byName]
    .map(([name, list]) => ({ name, versions: versionsOf(list), line: list[0]?.line ?? 1 }))
    .filter(({ versions }) => versions.length >= MANY_VERSIONS)
    .sort((a, b) => b.versions.length - a.versions.length || compareText(a.name, b.name))
    .slice(0, LISTED_DUPLICATES)
    .map(({ name, versions, line }) => ({
      rule: 'duplicate-versions',
      severity: 'minor',
      title: `duplicate-versions: ${name} in ${versions.length} versions`,
      path: file.path,
      line,
      detail: `${versions.join(', ')}: each version is installed and bundled; update the packages that require old versions, or run dedupe.`,
    }));
}

const LIBRARY =
  /^(?:lodash|underscore|date-fns|rxjs\/Rx|@mui\/icons-material|@fortawesome\/free-solid-svg-icons)$/;

const WHOLE_LIBRARY: SyntaxRule = {
  id: 'whole-library',
  severity: 'minor',
  what: 'a whole library is imported',
  why: 'The bundle contains the whole library; import single functions from its ES modules (lodash-es, lodash/debounce).',
  hint: /lodash|underscore|date-fns|rxjs\/Rx|icons-material|free-solid-svg-icons/,
  types: ['ImportDeclaration', 'CallExpression'],
  matches: (node) => {
    if (node.type === 'ImportDeclaration') {
      const isWhole = node.specifiers.some((s) => s.type !== 'ImportSpecifier');
      // lodash is CommonJS, so even a named import bundles all of it.
      const keepsAll = isWhole || /^(?:lodash|underscore)$/.test(node.source.value);
      return node.importKind !== 'type' && keepsAll && LIBRARY.test(node.source.value);
    }
    if (!isCall(node, /^require$/)) return false;
    const [source] = node.arguments;
    return source !== undefined && LIBRARY.test(literalParts(source));
  },
};
