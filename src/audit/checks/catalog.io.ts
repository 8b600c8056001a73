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
    'The repository contains no very large files.',
    'Find very large files; list large, generated and long files',
    () => import('./performance/large-files.ts'),
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
    'duplicate-versions',
    'Packages that are installed in several versions are listed.',
    'List the packages that a lock file installs in the most versions',
    () => import('./performance/duplicate-versions.ts'),
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
    'The code contains no leftover of its development.',
    'Find merge conflicts, debugger calls and functions that are not implemented; count TODO comments',
    () => import('./edge-cases/leftover-markers.ts'),
  ),
  entry(
    'edge-cases',
    'untested-sources',
    'The project has tests; sources that no test names are listed.',
    'List sources that no test names',
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
    'logged-secrets',
    'The code logs no password and no token.',
    'Find passwords, tokens and card numbers that the code writes to a log',
    () => import('./compliance/logged-secrets.ts'),
  ),
  entry(
    'compliance',
    'committed-artifacts',
    'Git tracks no keys, environments and installed dependencies.',
    'Find tracked files that should not be committed: environments, keys, installed dependencies',
    () => import('./compliance/committed-artifacts.ts'),
  ),
];
