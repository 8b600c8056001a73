import { countOf } from '../../../findings/words.ts';
import { lineFinder } from '../../../source/lines.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';
import { findManifests } from '../../manifests/find.ts';

/** Settings that fetch packages without verifying the server. */
const SETTINGS: readonly { file: RegExp; pattern: RegExp; what: string }[] = [
  {
    file: /^\.npmrc$/,
    pattern: /^\s*(?:@[\w-]+:)?registry\s*=\s*http:\/\/(?!localhost|127\.)/gm,
    what: 'a registry over http',
  },
  { file: /^\.(?:npmrc|yarnrc)$/, pattern: /^\s*strict-ssl[ =]+"?false/gm, what: 'strict-ssl=false' },
  {
    file: /^\.yarnrc\.yml$/,
    pattern: /^\s*enableStrictSsl:\s*false|^\s*npmRegistryServer:\s*["']?http:/gm,
    what: 'a registry without TLS',
  },
  {
    file: /^(?:.*requirements.*\.txt|pip\.conf)$/,
    pattern:
      /^\s*(?:-i|--(?:extra-)?index-url|--find-links|(?:extra-)?index-url\s*=)[ =]*http:\/\/(?!localhost|127\.)/gm,
    what: 'a package index over http',
  },
  {
    file: /^(?:.*requirements.*\.txt|pip\.conf)$/,
    pattern: /^\s*(?:--)?trusted-host\b/gm,
    what: 'trusted-host',
  },
  {
    file: /^Gemfile(?:\.lock)?$/,
    pattern: /^\s*(?:source\s*\(?["']|remote:\s*)http:\/\/(?!localhost|127\.)/gm,
    what: 'a gem source over http',
  },
  {
    file: /^(?:pom\.xml|settings\.xml)$/,
    pattern: /<repository>(?:(?!<\/repository>)[\s\S]){0,400}<url>http:\/\/(?!localhost|127\.)/g,
    what: 'a Maven repository over http',
  },
  {
    file: /\.gradle(?:\.kts)?$/,
    pattern: /\b(?:isA|a)llowInsecureProtocol\s*=?\s*true/g,
    what: 'a Maven repository over http',
  },
  { file: /^composer\.json$/, pattern: /"secure-http"\s*:\s*false/g, what: 'secure-http is off' },
];

/** Reports package manager settings that fetch packages without verifying the server. */
export function judgeRegistries(tree: SourceTree): Hit[] {
  return SETTINGS.flatMap(({ file, pattern, what }) =>
    findManifests(tree, file).flatMap((found) => {
      const text = found.text() ?? '';
      const lineOf = lineFinder(text);
      return [...text.matchAll(pattern)].map((match): Hit => {
        const line = lineOf(match.index + match[0].length - match[0].trimStart().length);
        return {
          rule: 'insecure-registry',
          severity: 'major',
          title: `insecure-registry: ${what}`,
          path: found.path,
          line,
          detail:
            'An attacker in the network can replace packages; use https with a trusted certificate authority.',
        };
      });
    }),
  );
}

/** Reports requirements files with open versions if the project has no Python lock file. */
export function judgeRequirements(tree: SourceTree): Hit[] {
  const isLocked = findManifests(tree, /^(?:poetry|uv|pdm|Pipfile)\.lock$/).length > 0;
  return isLocked ? [] : findManifests(tree, /^requirements[\w.-]*\.txt$/).flatMap(judgeRequirementFile);
}

function judgeRequirementFile(file: SourceFile): Hit[] {
  const lines = (file.text() ?? '').split(/\r?\n/);
  const open = [...lines.entries()].filter(([, line]) => isOpen(line));
  const [first] = open;
  if (!first) return [];
  return [
    {
      rule: 'open-requirement',
      severity: 'minor',
      title: `open-requirement: ${countOf(open.length, 'requirement')} without an exact version`,
      path: file.path,
      line: first[0] + 1,
      detail:
        'Two installs can install different code; pin versions with ==, preferably with hashes (pip-compile, uv).',
    },
  ];
}

function isOpen(line: string): boolean {
  const text = line.replace(/\s+#.*$/, '').trim();
  return /^[A-Za-z]/.test(text) && !/[=]==?|@\s*(?:https|file|git\+https):/.test(text);
}
