import { lineFinder } from '../../../source/lines.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';
import { findManifests, folderOf, nameOf } from '../../manifests/find.ts';
import { parseJson, textIn } from '../../manifests/json.ts';
import { isSpdx, licenceFamily } from './licence-policy.ts';
import { detectLicence } from './licence-text.ts';

const LICENCE_FILE = /^(?:[\w.]+-)?(?:LICEN[CS]ES?|COPYING|COPYRIGHT|UNLICENSE)(?:[.-][\w.-]+)?$/i;

/** The licence field of each kind of manifest. */
const FIELDS: readonly { manifest: RegExp; pattern: RegExp }[] = [
  { manifest: /^(?:package|composer)\.json$/, pattern: /"license"\s*:\s*"([^"]+)"/ },
  { manifest: /^Cargo\.toml$/, pattern: /^license\s*=\s*"([^"]+)"/m },
  { manifest: /^pyproject\.toml$/, pattern: /^license\s*=\s*(?:"([^"]+)"|\{\s*text\s*=\s*"([^"]+)")/m },
  { manifest: /\.gemspec$/, pattern: /\.license\s*=\s*["']([^"']+)["']/ },
];

export interface OwnLicence {
  /** SPDX id from the licence file, or else from the manifest at the root. */
  id: string | undefined;
  hits: Hit[];
}

/** Returns the project's licence, and findings for manifests that contradict the licence file. */
export function readOwnLicence(tree: SourceTree): OwnLicence {
  const texts = findManifests(tree, LICENCE_FILE).map((file) => ({
    folder: folderOf(file.path),
    id: detectLicence(file.text() ?? ''),
    path: file.path,
  }));
  const claims = FIELDS.flatMap(({ manifest, pattern }) =>
    findManifests(tree, manifest).flatMap((file) => readClaim(file, pattern) ?? []),
  );
  const root =
    texts.find(({ folder, id }) => folder === '' && id) ?? claims.find(({ folder }) => folder === '');
  const hits = claims.flatMap((claim) =>
    judgeClaim(
      claim,
      texts.filter((t) => t.folder === claim.folder),
    ),
  );
  return { id: root?.id, hits };
}

interface Claim {
  id: string;
  path: string;
  folder: string;
  line: number;
}

function readClaim(file: SourceFile, pattern: RegExp): Claim | undefined {
  const text = file.text() ?? '';
  // Only the top-level "license" field counts.
  const top = nameOf(file.path).endsWith('.json') ? textIn(parseJson(text), 'license') : undefined;
  const match = pattern.exec(text);
  const id = nameOf(file.path).endsWith('.json') ? top : (match?.[1] ?? match?.[2]);
  if (!match || id === undefined) return undefined;
  return { id, path: file.path, folder: folderOf(file.path), line: lineFinder(text)(match.index) };
}

function judgeClaim(
  { id, path, line }: Claim,
  texts: readonly { id: string | undefined; path: string }[],
): Hit[] {
  if (/^(?:UNLICENSED|proprietary|SEE LICEN[CS]E)/i.test(id)) return [];
  // Cargo's old form of OR is a slash.
  const expression = id.replaceAll('/', ' OR ');
  if (!isSpdx(expression)) {
    const detail = 'Licence checkers cannot parse it; use an id from spdx.org/licenses.';
    return [
      { rule: 'invalid-licence', severity: 'minor', title: `invalid-licence: ${id}`, path, line, detail },
    ];
  }
  const known = texts.filter((text) => text.id !== undefined);
  const named = expression.split(/[\s()]+/).map(licenceFamily);
  if (known.length === 0 || known.some((text) => named.includes(text.id ?? ''))) return [];
  const title = `licence-mismatch: ${id} here, ${known[0]?.id} in ${known[0]?.path}`;
  const detail =
    'The manifest and the licence file contradict each other; change one of them so that both name the same licence.';
  return [{ rule: 'licence-mismatch', severity: 'major', title, path, line, detail }];
}
