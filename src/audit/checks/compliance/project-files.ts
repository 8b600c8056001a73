import { isTest } from '../../../source/kinds.ts';
import { languageOf } from '../../../source/languages.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { findManifests } from '../../manifests/find.ts';
import { isRecord, parseJson, recordIn } from '../../manifests/json.ts';

const README = /^readme(?:\.\w+)?$/i;
const LICENCE = /^(?:licen[cs]e|copying|unlicense)(?:[.-][\w.-]+)?$|^licenses\/|^LICENSES\//i;
const CI =
  /^(?:\.github\/workflows\/|\.ci\/|\.gitlab-ci\.ya?ml$|\.circleci\/|azure-pipelines|Jenkinsfile|\.travis\.yml$|bitbucket-pipelines|\.drone\.yml$|\.woodpecker|\.buildkite\/|appveyor|\.forgejo\/workflows\/|\.gitea\/workflows\/|cloudbuild\.ya?ml$|buildspec\.ya?ml$)/;

/** What strangers look for before they report or contribute. */
const COMMUNITY: readonly [name: string, pattern: RegExp][] = [
  ['CONTRIBUTING', /^(?:\.github\/|docs\/)?contributing(?:\.\w+)?$/i],
  ['SECURITY', /^(?:\.github\/|docs\/)?security(?:\.\w+)?$/i],
  ['CHANGELOG', /^(?:docs\/)?(?:changelog|changes|history|news|releases?)(?:\.\w+)?$|^\.changeset\//i],
];

const MIN_README = 200;
/** Below it a folder is a note or a snippet, and needs no ceremony. */
const MIN_SOURCES = 5;

export async function run(tree: SourceTree): Promise<CheckResult> {
  const paths = tree.files.map((f) => f.path);
  const sources = paths.filter((path) => languageOf(path) !== undefined);
  if (sources.length < MIN_SOURCES) {
    return reportHits([], ['Too few source files for a project; its papers were not judged.']);
  }
  if (tree.prefix) {
    return reportHits(judgeReadme(tree), ['A part of a repository: only its README was judged.']);
  }
  const has = (pattern: RegExp) => paths.some((path) => pattern.test(path));
  const hits = [
    ...judgeReadme(tree),
    ...(has(LICENCE) ? judgeCommunity(has) : [missingLicence(tree)]),
    ...(tree.git ? judgeIgnored(tree) : []),
    ...(has(CI) || !paths.some(isTest) ? [] : [missingPipeline()]),
  ];
  return reportHits(hits, [
    'Looked for README, licence, ignore rules, pipeline and the files contributors look for.',
  ]);
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
        'Nobody learns what this is and how it starts; say both in a README.md.',
      ),
    ];
  }
  if (readme.size >= MIN_README) return [];
  const detail = 'Say what this is, how it is installed, and how it is used.';
  return [{ ...missing('short-readme', 'the README says nearly nothing', detail), path: readme.path }];
}

function missingLicence(tree: SourceTree): Hit {
  const detail = 'Without one nobody may use, change or share it; add a LICENSE file.';
  const hit = missing('missing-licence', 'no licence file', detail);
  return isPublished(tree) ? { ...hit, severity: 'major' } : hit;
}

/** A manifest of the root that a registry would take. */
function isPublished(tree: SourceTree): boolean {
  const manifest = tree.files.find((f) => f.path === 'package.json');
  const json = parseJson(manifest?.text());
  if (isRecord(json)) return json.private !== true && typeof json.version === 'string';
  return tree.files.some((f) => /^(?:Cargo\.toml|setup\.py|[\w.-]+\.gemspec)$/.test(f.path));
}

/** Only asked of a project that is open: a closed one has other places for these. */
function judgeCommunity(has: (pattern: RegExp) => boolean): Hit[] {
  const absent = COMMUNITY.filter(([, pattern]) => !has(pattern)).map(([name]) => name);
  if (absent.length === 0) return [];
  const detail =
    'Strangers do not know how to report a hole, contribute or see what changed; add them, short is fine.';
  return [missing('missing-community-files', `no ${absent.join(', no ')}`, detail)];
}

function missingPipeline(): Hit {
  return missing(
    'missing-ci',
    'there are tests and no pipeline that runs them',
    'A test that nobody runs goes stale; add a workflow.',
  );
}

/** What a package manager or a framework writes into the folder, and .gitignore must name. */
function judgeIgnored(tree: SourceTree): Hit[] {
  const ignore = tree.files.find((f) => f.path === '.gitignore');
  if (!ignore) {
    const detail = 'Build output, dependencies and secrets end in commits; add one for your language.';
    return [missing('missing-gitignore', 'no .gitignore', detail)];
  }
  const gaps = findGaps(tree, ignore);
  if (gaps.length === 0) return [];
  const detail = 'One `git add .` commits it; add the line.';
  return [{ ...missing('gitignore-gap', `${gaps.join(', ')} not ignored`, detail), path: '.gitignore' }];
}

function findGaps(tree: SourceTree, ignore: SourceFile): string[] {
  const text = ignore.text() ?? '';
  const root = parseJson(tree.files.find((f) => f.path === 'package.json')?.text());
  const names = ['dependencies', 'devDependencies'].flatMap((kind) => Object.keys(recordIn(root, kind)));
  const python = findManifests(tree, /^(?:pyproject\.toml|requirements\.txt|setup\.py)$/).length > 0;
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
