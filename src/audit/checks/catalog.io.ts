import type { Check, CheckEntry, CheckInfo } from '../check/check.ts';

type Load = () => Promise<Pick<Check, 'run'>>;

function entry(domain: CheckInfo['domain'], id: string, title: string, task: string, load: Load): CheckEntry {
  const info: CheckInfo = { id, domain, title, task };
  return { ...info, load: async () => ({ ...info, run: (await load()).run }) };
}

/** All built-in checks, by domain. The code of a check is loaded when the check runs. */
export const CHECKS: readonly CheckEntry[] = [
  entry(
    'security',
    'secrets',
    'The files contain no key, token or password.',
    'Find committed secrets: provider keys, private keys, passwords in addresses and settings',
    () => import('./security/secrets.ts'),
  ),
  entry(
    'security',
    'dangerous-calls',
    'No call turns a value into code, a command or markup.',
    'Find calls that an attacker’s input could exploit: eval, shells, SQL, markup, unsafe deserialization, broken ciphers',
    () => import('./security/dangerous-calls.ts'),
  ),
  entry(
    'security',
    'dependency-advisories',
    'No dependency has a published vulnerability.',
    'Compare lock files with published advisories, using the installed audit tools',
    () => import('./security/dependency-advisories.io.ts'),
  ),
  entry(
    'security',
    'lockfile-integrity',
    'Lock files pin each package to a version, a source and a hash.',
    'Check lock files and registries for insecure or movable sources, missing hashes, and stale or competing lock files',
    () => import('./security/lockfile-integrity.ts'),
  ),
  entry(
    'security',
    'ci-permissions',
    'Pipelines, images and file modes give outsiders no rights.',
    'Check workflows, Dockerfiles, deployments and file modes for rights that an outsider could use',
    () => import('./security/ci-permissions.ts'),
  ),
  entry(
    'performance',
    'hot-spots',
    'Files that are large and change often are listed.',
    'Rank files by how often they change and how large they are',
    () => import('./performance/hot-spots.io.ts'),
  ),
  entry(
    'performance',
    'large-files',
    'The repository contains no unnecessary large files.',
    'Find large, generated and very long files that every clone downloads',
    () => import('./performance/large-files.ts'),
  ),
  entry(
    'performance',
    'loops',
    'No loop queries, copies or searches once per item.',
    'Find loops whose cost grows faster than their input: queries, requests, copies and searches per item',
    () => import('./performance/loops.ts'),
  ),
  entry(
    'performance',
    'blocking-calls',
    'No handler or asynchronous function blocks.',
    'Find calls that block an event loop or a thread pool',
    () => import('./performance/blocking-calls.ts'),
  ),
  entry(
    'performance',
    'heavy-dependencies',
    'No dependency is heavy, outdated, duplicated or misplaced.',
    'Find heavy, outdated, duplicated and misplaced dependencies',
    () => import('./performance/heavy-dependencies.ts'),
  ),
  entry(
    'edge-cases',
    'swallowed-errors',
    'No error is lost.',
    'Find errors that are caught, ignored or replaced without a trace',
    () => import('./edge-cases/swallowed-errors.ts'),
  ),
  entry(
    'edge-cases',
    'skipped-tests',
    'Every test runs and asserts something.',
    'Find tests that are focused, skipped, empty or commented out',
    () => import('./edge-cases/skipped-tests.ts'),
  ),
  entry(
    'edge-cases',
    'leftover-markers',
    'The code contains no unfinished work.',
    'Find merge conflicts, debugger calls, TODO comments and functions that are not implemented',
    () => import('./edge-cases/leftover-markers.ts'),
  ),
  entry(
    'edge-cases',
    'unsafe-parsing',
    'Outside input is checked where it arrives.',
    'Find outside input that is parsed or converted without error handling',
    () => import('./edge-cases/unsafe-parsing.ts'),
  ),
  entry(
    'edge-cases',
    'pitfalls',
    'The code avoids pitfalls of its language.',
    'Find code that does not do what it seems to do: comparisons, defaults, conditions, promises',
    () => import('./edge-cases/pitfalls.ts'),
  ),
  entry(
    'edge-cases',
    'untested-sources',
    'A test names every source with 40 or more lines.',
    'Find sources that no test names',
    () => import('./edge-cases/untested-sources.ts'),
  ),
  entry(
    'compliance',
    'licences',
    'The project may ship its dependencies, and its licence files agree.',
    'Check the licences of dependencies, and whether manifests and the licence file agree',
    () => import('./compliance/licences.io.ts'),
  ),
  entry(
    'compliance',
    'project-files',
    'The project has the documents that users and contributors need.',
    'Check README, licence, ignore rules, CI pipeline and the files for contributors',
    () => import('./compliance/project-files.ts'),
  ),
  entry(
    'compliance',
    'personal-data',
    'Files and logs contain no personal data.',
    'Find personal addresses, account and card numbers, and secrets that are logged',
    () => import('./compliance/personal-data.ts'),
  ),
  entry(
    'compliance',
    'committed-artifacts',
    'Git tracks only files that people write.',
    'Find tracked files that should not be committed: environments, keys, dependencies, build output, editor files',
    () => import('./compliance/committed-artifacts.ts'),
  ),
  entry(
    'compliance',
    'headers',
    'All sources have a licence header, or none has one.',
    'Find sources without a licence header in projects where most sources have one',
    () => import('./compliance/headers.ts'),
  ),
];
