/** A folder in the user's home that a tool writes. It is never made for nothing: only if it is missing, and the conditions hold. */
export interface ToolFolder {
  path: string;
  /** The folder is made if this program is installed; never without a program. */
  program?: string;
  /** The folder is made only for a project with such a file at its top or in a folder there. */
  manifest?: RegExp;
}

/**
 * The folders in the user's home that tools write while they work: caches, and nothing that is started or read as a configuration outside of the
 * sandbox.
 */
export const TOOL_FOLDERS: readonly ToolFolder[] = [
  { path: '.cache', program: 'sh' },
  { path: '.npm', program: 'npm' },
  { path: '.cargo/registry', program: 'cargo', manifest: /^Cargo\.toml$/ },
  { path: '.cargo/git', program: 'cargo', manifest: /^Cargo\.toml$/ },
  { path: '.cargo/.package-cache' },
  { path: '.cargo/.package-cache-mutate' },
  { path: '.cargo/.global-cache' },
  { path: 'go/pkg', program: 'go', manifest: /^go\.(?:mod|work)$/ },
  { path: '.m2/repository', program: 'mvn', manifest: /^pom\.xml$/ },
  ...['caches', 'daemon', 'native', 'workers', '.tmp', 'wrapper', 'notifications', 'kotlin-profile'].map(
    (name) => ({ path: `.gradle/${name}` }),
  ),
  { path: '.gradle/caches', program: 'gradle', manifest: /^(?:build|settings)\.gradle(?:\.kts)?$/ },
  { path: '.ivy2/cache' },
  { path: '.ivy2/local' },
  { path: '.sbt/boot' },
  { path: '.nuget/packages', program: 'dotnet', manifest: /\.(?:csproj|fsproj|vbproj|sln|slnx)$/ },
  { path: '.local/share/NuGet', program: 'dotnet', manifest: /\.(?:csproj|fsproj|vbproj|sln|slnx)$/ },
  { path: '.yarn/berry' },
  { path: '.yarn-cache' },
  { path: '.pnpm-store' },
  { path: '.local/share/pnpm/store', program: 'pnpm', manifest: /^pnpm-(?:lock|workspace)\.yaml$/ },
  { path: '.local/state/pnpm' },
  { path: '.bun/install/cache', program: 'bun', manifest: /^bun\.lockb?$/ },
  { path: '.composer/cache' },
  { path: '.bundle/cache' },
  { path: '.hex/packages' },
  { path: '.pub-cache/hosted' },
  { path: '.cabal/packages' },
  { path: '.node-gyp' },
  { path: '.electron-gyp' },
  { path: '.ccache' },
  { path: '.sonar/cache' },
  { path: '.konan/cache' },
  { path: 'Library/Caches' },
  { path: 'Library/Logs' },
  { path: 'Library/pnpm/store' },
];

/** Variables with which the user moves such a folder, and the parts of it that are written. */
export const TOOL_VARIABLES: readonly { name: string; parts?: readonly string[] }[] = [
  ...['XDG_CACHE_HOME', 'npm_config_cache', 'NPM_CONFIG_CACHE', 'GOCACHE', 'GOMODCACHE', 'PIP_CACHE_DIR'].map(
    (name) => ({ name }),
  ),
  ...['UV_CACHE_DIR', 'YARN_CACHE_FOLDER', 'BUN_INSTALL_CACHE_DIR', 'CCACHE_DIR', 'NUGET_PACKAGES'].map(
    (name) => ({ name }),
  ),
  {
    name: 'CARGO_HOME',
    parts: ['registry', 'git', '.package-cache', '.package-cache-mutate', '.global-cache'],
  },
  { name: 'GOPATH', parts: ['pkg'] },
  { name: 'PNPM_HOME', parts: ['store'] },
  {
    name: 'GRADLE_USER_HOME',
    parts: ['caches', 'daemon', 'native', 'workers', '.tmp', 'wrapper', 'notifications'],
  },
];

/** What the client keeps of its sessions in its folder; the other files that lie there decide what it does or starts. */
const CLIENT_STATE =
  /^(?:projects|todos|tasks|teams|plans|shell-snapshots|session-env|sessions|statsig|telemetry|debug|file-history|paste-cache|image-cache|cache|backups|logs|ide|history\.jsonl|stats-cache\.json|mcp-needs-auth-cache\.json|\.credentials\.json|\.update\.lock|\.last-cleanup|\.sandbox-.*)$/;

/** What decides in the client's folder, also if it is missing. */
export const CLIENT_SETTINGS = {
  folders: [
    'agents',
    'commands',
    'hooks',
    'output-styles',
    // The client makes the folder before it starts the hooks of a plugin that it was given by `--plugin-dir`.
    'plugins/data/scaled-agent-orchestration-inline',
    'rules',
    'skills',
    'workflows',
  ],
  /** Files and the content that changes nothing. */
  files: { 'settings.json': '{}\n', 'CLAUDE.md': '' },
};

/** Whether an entry of the client's folder is what the client itself writes. Pure. */
export function isClientState(name: string): boolean {
  return CLIENT_STATE.test(name);
}
