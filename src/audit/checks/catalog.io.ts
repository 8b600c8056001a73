import type { Check, CheckEntry, CheckInfo } from '../check/check.ts';

type Load = () => Promise<Pick<Check, 'run'>>;

function entry(domain: CheckInfo['domain'], id: string, title: string, task: string, load: Load): CheckEntry {
  const info: CheckInfo = { id, domain, title, task };
  return { ...info, load: async () => ({ ...info, run: (await load()).run }) };
}

/** Every built-in check, by domain; a check's code is loaded when it runs. */
export const CHECKS: readonly CheckEntry[] = [
  entry(
    'security',
    'secrets',
    'No key, token or password lies in the files.',
    'Find committed secrets: provider keys, private keys, passwords in addresses and settings',
    () => import('./security/secrets.ts'),
  ),
  entry(
    'security',
    'dangerous-calls',
    'No call turns a value into code, a command or markup.',
    'Find calls that an attacker’s input could use: eval, shells, SQL, markup, unsafe reading, broken ciphers',
    () => import('./security/dangerous-calls.ts'),
  ),
  entry(
    'security',
    'dependency-advisories',
    'No dependency has a published weakness.',
    'Compare lock files with published advisories, by the tools that are installed',
    () => import('./security/dependency-advisories.io.ts'),
  ),
  entry(
    'security',
    'lockfile-integrity',
    'Lock files fix what is installed, from where, and with a hash.',
    'Judge lock files and registries: insecure or movable sources, missing hashes, stale or competing locks',
    () => import('./security/lockfile-integrity.ts'),
  ),
  entry(
    'security',
    'ci-permissions',
    'Pipelines, images and files give no right away.',
    'Judge workflows, Dockerfiles, deployments and file modes by what a stranger could use',
    () => import('./security/ci-permissions.ts'),
  ),
  entry(
    'performance',
    'hot-spots',
    'Files that change often and are large are known.',
    'Rank files by how often they change and how large they are',
    () => import('./performance/hot-spots.io.ts'),
  ),
  entry(
    'performance',
    'large-files',
    'The repository holds nothing heavy without need.',
    'Find large, generated and very long files that every clone carries',
    () => import('./performance/large-files.ts'),
  ),
  entry(
    'performance',
    'loops',
    'No loop asks, copies or searches once for each item.',
    'Find loops whose cost grows faster than their input: queries, requests, copies and searches for each item',
    () => import('./performance/loops.ts'),
  ),
  entry(
    'performance',
    'blocking-calls',
    'No handler or asynchronous function blocks.',
    'Find calls that stop an event loop or a pool of threads',
    () => import('./performance/blocking-calls.ts'),
  ),
  entry(
    'performance',
    'heavy-dependencies',
    'No dependency costs more than it gives.',
    'Find heavy, outdated, duplicated and misplaced dependencies',
    () => import('./performance/heavy-dependencies.ts'),
  ),
  entry(
    'edge-cases',
    'swallowed-errors',
    'No error vanishes.',
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
    'Nothing unfinished is left behind.',
    'Find merge conflicts, debugger calls, notes to do and functions that are not written yet',
    () => import('./edge-cases/leftover-markers.ts'),
  ),
  entry(
    'edge-cases',
    'unsafe-parsing',
    'Outside input is checked where it comes in.',
    'Find outside input that is parsed or converted without looking at the error',
    () => import('./edge-cases/unsafe-parsing.ts'),
  ),
  entry(
    'edge-cases',
    'pitfalls',
    'No trap of the language is stepped into.',
    'Find code that does not do what it seems to: comparisons, defaults, conditions, promises',
    () => import('./edge-cases/pitfalls.ts'),
  ),
  entry(
    'edge-cases',
    'untested-sources',
    'Every source of weight is named by a test.',
    'Find sources that no test names',
    () => import('./edge-cases/untested-sources.ts'),
  ),
  entry(
    'compliance',
    'licences',
    'What ships may ship, and the project says its terms once.',
    'Judge the licences of dependencies, and whether manifests and the licence file agree',
    () => import('./compliance/licences.io.ts'),
  ),
  entry(
    'compliance',
    'project-files',
    'The project has the files that people look for.',
    'Look for README, licence, ignore rules, pipeline and the files contributors look for',
    () => import('./compliance/project-files.ts'),
  ),
  entry(
    'compliance',
    'personal-data',
    'No person’s data lies in the files or goes to the log.',
    'Find addresses, account and card numbers of persons, and secrets that are logged',
    () => import('./compliance/personal-data.ts'),
  ),
  entry(
    'compliance',
    'committed-artifacts',
    'Only what people write is tracked.',
    'Find tracked files that belong on a machine: environments, keys, dependencies, build output, editor files',
    () => import('./compliance/committed-artifacts.ts'),
  ),
  entry(
    'compliance',
    'headers',
    'Licence headers are on all sources or on none.',
    'Find sources without the licence header that nearly all others have',
    () => import('./compliance/headers.ts'),
  ),
];
