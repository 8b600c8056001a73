import { lineFinder } from '../../../source/lines.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';
import { findManifests, folderOf, nameOf } from '../../manifests/find.ts';
import { parseJson, textIn } from '../../manifests/json.ts';
import { isSpdx, licenceFamily } from './licence-policy.ts';
import { detectLicence } from './licence-text.ts';

const LICENCE_FILE = /^(?:LICEN[CS]E|COPYING|UNLICENSE)(?:[.-][\w.-]+)?$/i;

/** Where each kind of manifest names a licence. */
const FIELDS: readonly { manifest: RegExp; pattern: RegExp }[] = [
  { manifest: /^(?:package|composer)\.json$/, pattern: /"license"\s*:\s*"([^"]+)"/ },
  { manifest: /^Cargo\.toml$/, pattern: /^license\s*=\s*"([^"]+)"/m },
  { manifest: /^pyproject\.toml$/, pattern: /^license\s*=\s*(?:"([^"]+)"|\{\s*text\s*=\s*"([^"]+)")/m },
  { manifest: /\.gemspec$/, pattern: /\.license\s*=\s*["']([^"']+)["']/ },
];

export interface OwnLicence {
  /** As the licence file's text or else the root's manifest says. */
  id: string | undefined;
  hits: Hit[];
}

/** The project's licence, and whether its manifests say the same as its text. */
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
  // A nested "license" of package.json belongs to something else.
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
  // Cargo's old form for OR.
  const expression = id.replaceAll('/', ' OR ');
  if (!isSpdx(expression)) {
    const detail = 'Programs that check licences cannot read it; write an id from spdx.org/licenses.';
    return [
      { rule: 'invalid-licence', severity: 'minor', title: `invalid-licence: ${id}`, path, line, detail },
    ];
  }
  const known = texts.filter((text) => text.id !== undefined);
  const named = expression.split(/[\s()]+/).map(licenceFamily);
  if (known.length === 0 || known.some((text) => named.includes(text.id ?? ''))) return [];
  const title = `licence-mismatch: ${id} here, ${known[0]?.id} in ${known[0]?.path}`;
  const detail = 'Nobody can tell what is granted; make the manifest and the text say the same.';
  return [{ rule: 'licence-mismatch', severity: 'major', title, path, line, detail }];
}
