import {
  type Advisory,
  readBundleAudit,
  readCargoAudit,
  readComposerAudit,
  readNpmAudit,
  readOsv,
  readPipAudit,
  readPnpmAudit,
} from './advisory-readers.ts';

/** A program that compares a lock file with a public list of advisories. */
export interface AdvisoryTool {
  /** Name of the lock file that the program reads. */
  lock: RegExp;
  /** Other files of the lock file's folder that the program needs. */
  beside: readonly string[];
  program: string;
  /** `LOCK` is replaced by the name of the lock file. */
  args: readonly string[];
  /** Returns undefined if the output is no report. */
  read(output: string): Advisory[] | undefined;
  /** How to install the program, for the report. */
  install: string;
}

const OSV_LOCKS =
  /^(?:go\.mod|poetry\.lock|uv\.lock|Pipfile\.lock|yarn\.lock|pubspec\.lock|mix\.lock|gradle\.lockfile|packages\.lock\.json)$/;

export const ADVISORY_TOOLS: readonly AdvisoryTool[] = [
  {
    lock: /^(?:package-lock|npm-shrinkwrap)\.json$/,
    beside: ['package.json'],
    program: 'npm',
    args: [
      'audit',
      '--json',
      '--package-lock-only',
      '--ignore-scripts',
      '--fetch-retries=0',
      '--fetch-timeout=30000',
    ],
    read: readNpmAudit,
    install: 'it comes with Node.js',
  },
  {
    lock: /^pnpm-lock\.yaml$/,
    beside: ['package.json'],
    program: 'pnpm',
    args: ['audit', '--json', '--ignore-workspace'],
    read: readPnpmAudit,
    install: 'npm install -g pnpm',
  },
  {
    lock: /^Cargo\.lock$/,
    beside: [],
    program: 'cargo-audit',
    args: ['audit', '--json', '--file', 'LOCK'],
    read: readCargoAudit,
    install: 'cargo install cargo-audit',
  },
  {
    lock: /^requirements[\w.-]*\.txt$/,
    beside: [],
    program: 'pip-audit',
    // Without --no-deps and --disable-pip, pip builds the packages, which runs their code.
    args: ['-r', 'LOCK', '--format', 'json', '--no-deps', '--disable-pip', '--progress-spinner', 'off'],
    read: readPipAudit,
    install: 'pipx install pip-audit',
  },
  {
    lock: /^Gemfile\.lock$/,
    beside: [],
    program: 'bundle-audit',
    args: ['check', '--format', 'json', '--gemfile-lock', 'LOCK'],
    read: readBundleAudit,
    install: 'gem install bundler-audit',
  },
  {
    lock: /^composer\.lock$/,
    beside: ['composer.json'],
    program: 'composer',
    args: ['audit', '--locked', '--format=json', '--no-plugins', '--no-scripts', '--no-interaction'],
    read: readComposerAudit,
    install: 'https://getcomposer.org',
  },
  {
    lock: OSV_LOCKS,
    beside: [],
    program: 'osv-scanner',
    args: ['--format', 'json', '--lockfile', 'LOCK'],
    read: readOsv,
    install: 'https://google.github.io/osv-scanner',
  },
];
