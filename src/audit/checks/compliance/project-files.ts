import { isTest } from '../../../source/kinds.ts';
import { languageOf } from '../../../source/languages.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { isRecord, parseJson, recordIn } from '../../manifests/json.ts';

const README = /^readme(?:\.\w+)?$/i;
const LICENCE =
  /^(?:[\w.]+-)?(?:licen[cs]es?|copying|copyright|unlicense)(?:[.-][\w.-]+)?$|^licenses\/|^LICENSES\//i;
const CI =
  /^(?:\.github\/workflows\/|\.ci\/|\.gitlab-ci\.ya?ml$|\.circleci\/|azure-pipelines|Jenkinsfile|\.travis\.yml$|bitbucket-pipelines|\.drone\.yml$|\.woodpecker|\.buildkite\/|appveyor|\.forgejo\/workflows\/|\.gitea\/workflows\/|cloudbuild\.ya?ml$|buildspec\.ya?ml$)/;

/** Files that contributors and reporters of vulnerabilities look for; a closed project, without a licence, keeps them elsewhere. */
const COMMUNITY: readonly [name: string, pattern: RegExp][] = [
  ['CONTRIBUTING', /^(?:\.github\/|docs\/)?contributing(?:\.\w+)?$/i],
  ['SECURITY', /^(?:\.github\/|docs\/)?security(?:\.\w+)?$/i],
  ['CHANGELOG', /^(?:docs\/)?(?:changelog|changes|history|news|releases?)(?:\.\w+)?$|^\.changeset\//i],
];

const MIN_README = 200;
/** A folder with fewer source files is a note or a snippet and needs none of these files. */
const MIN_SOURCES = 5;

/** Reports missing project documents, ignore rules and pipelines. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const paths = tree.files.map((f) => f.path);
  const sources = paths.filter((path) => languageOf(path) !== undefined);
  if (sources.length < MIN_SOURCES) {
    return reportHits(
      [],
      ['The folder has too few source files for a project, so its documents were not checked.'],
    );
  }
  if (tree.prefix) {
    return reportHits(judgeReadme(tree), [
      'The path is a part of a repository, so only its README was checked.',
    ]);
  }
  const has = (pattern: RegExp) => paths.some((path) => pattern.test(path));
  const hits = [
    ...judgeReadme(tree),
    ...(has(LICENCE) ? [] : [missingLicence(tree)]),
    ...(tree.git ? judgeIgnored(tree) : []),
  ];
  const absent = [
    ...(has(LICENCE) ? COMMUNITY.filter(([, pattern]) => !has(pattern)).map(([name]) => name) : []),
    ...(!tree.git || has(/^\.gitignore$/) ? [] : ['.gitignore']),
    ...(has(CI) || !paths.some(isTest) ? [] : ['CI pipeline for the tests']),
  ];
  return reportHits(
    hits,
    ['Checked README, licence, ignore rules, CI pipeline and the files for contributors.'],
    { numbers: absent.map((name) => ({ topic: 'Files that the project does not have', text: name })) },
  );
}

function judgeReadme(tree: SourceTree): Hit[] {
  const readme = tree.files.find(
    (f) => README.test(f.path) || /^(?:docs|\.github)\/readme\.md$/i.test(f.path),
  );
  if (!readme) {
    return [
      missing(
        'missing-readme',
        'no README',
        'New users cannot learn what the project does and how to start it; describe both in README.md.',
      ),
    ];
  }
  if (readme.size >= MIN_README) return [];
  const detail = 'Describe what the project does, how to install it, and how to use it.';
  return [{ ...missing('short-readme', 'the README is nearly empty', detail), path: readme.path }];
}

function missingLicence(tree: SourceTree): Hit {
  const detail =
    'Without a licence, others have no right to use, change or share the project; add a LICENSE file.';
  const hit = missing('missing-licence', 'no licence file', detail);
  return isPublished(tree) ? { ...hit, severity: 'major' } : hit;
}

// A registry would accept the manifest at the root.
function isPublished(tree: SourceTree): boolean {
  const manifest = tree.files.find((f) => f.path === 'package.json');
  const json = parseJson(manifest?.text());
  if (isRecord(json)) return json.private !== true && typeof json.version === 'string';
  return tree.files.some((f) => /^(?:Cargo\.toml|setup\.py|[\w.-]+\.gemspec)$/.test(f.path));
}

// Package managers and frameworks write these into the folder, so .gitignore must list them.
function judgeIgnored(tree: SourceTree): Hit[] {
  const ignore = tree.files.find((f) => f.path === '.gitignore');
  if (!ignore) return [];
  const gaps = findGaps(tree, ignore);
  if (gaps.length === 0) return [];
  const detail = '`git add .` would commit it; add the line to .gitignore.';
  return [{ ...missing('gitignore-gap', `${gaps.join(', ')} not ignored`, detail), path: '.gitignore' }];
}

function findGaps(tree: SourceTree, ignore: SourceFile): string[] {
  const text = ignore.text() ?? '';
  const root = parseJson(tree.files.find((f) => f.path === 'package.json')?.text());
  const names = ['dependencies', 'devDependencies'].flatMap((kind) => Object.keys(recordIn(root, kind)));
  const python = tree.files.some(({ path }) =>
    /^(?:pyproject\.toml|requirements\.txt|setup\.py)$/.test(path),
  );
  const gaps: [string, boolean, RegExp][] = [
    ['node_modules', names.length > 0, /node_modules/],
    [
      '.env',
      names.includes('dotenv') || /python-dotenv/.test(textOf(tree, 'requirements.txt')),
      /(?:^|\/)(?:\*?\.env|\.\*)/m,
    ],
    ['__pycache__', python, /__pycache__|\*\.py(?:\[|c)/],
  ];
  return gaps.filter(([, applies, pattern]) => applies && !pattern.test(text)).map(([name]) => name);
}

function textOf(tree: SourceTree, path: string): string {
  return tree.files.find((f) => f.path === path)?.text() ?? '';
}

function missing(rule: string, what: string, detail: string): Hit {
  return { rule, severity: 'minor', title: `${rule}: ${what}`, detail };
}
