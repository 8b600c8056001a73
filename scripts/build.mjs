// Builds bin/, which an installed plugin runs. `--out DIR` builds elsewhere, for the comparison in CI and for tests. `--top-pid PID`, for
// tests: the search for a parent session ends at this process. `--state DIR`, for tests: the folder of the user's state.
// `--config-variable NAME`, for tests: the variable that names the folder of the user's configuration. `--home DIR`, for tests: the user's home; the
// administrator's configuration is then in DIR-system.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const option = (name) => {
  const index = process.argv.indexOf(name);
  return index > 0 ? process.argv[index + 1] : undefined;
};
const bin = option('--out') ?? 'bin';
const topPid = option('--top-pid') ?? '0';
const state = option('--state') ?? '';
const configVariable = option('--config-variable') ?? '';
const home = option('--home') ?? '';
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Characters of a chunk from which on it is compressed. */
const COMPRESSED_FROM = 16_000;

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: {
    SAO_VERSION: JSON.stringify(version),
    SAO_TOP_PID: topPid,
    SAO_STATE_FOLDER: JSON.stringify(state),
    SAO_CONFIG_VARIABLE: JSON.stringify(configVariable),
    SAO_HOME_FOLDER: JSON.stringify(home),
    SAO_PROGRAM_FOLDER: '""',
  },
};
const url = "const __moduleUrl=require('node:url').pathToFileURL(__filename).href;";

rmSync(join(bin, 'lib'), { recursive: true, force: true });
mkdirSync(join(bin, 'lib'), { recursive: true });
// Extensionless files and .cjs files in bin/ are CommonJS; the package itself is ESM.
writeFileSync(join(bin, 'package.json'), '{ "type": "commonjs" }\n');

// Node loads CommonJS with less work than ES modules, but esbuild splits only ES modules: so these are split first and translated afterwards.
const { outputFiles } = await build({
  ...common,
  // The report of a late return is the command's: it shares its chunks.
  entryPoints: {
    cli: 'src/cli/main.ts',
    check: 'src/cli/light-check.ts',
    'hook-late-return': 'src/session/hooks/late-return.io.ts',
  },
  outdir: join(bin, 'lib'),
  outExtension: { '.js': '.cjs' },
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  write: false,
});
mkdirSync(join(bin, 'lib', 'chunks'));
for (const { path, text } of outputFiles) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    // `import()` becomes `require`.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__moduleUrl' },
    banner: `"use strict";${text.includes('import.meta.url') ? url : ''}`,
  });
  writeChunk(path, code);
}
await build({
  ...common,
  entryPoints: { guard: 'src/system/process/guard-main.ts' },
  outdir: join(bin, 'lib'),
  outExtension: { '.js': '.mjs' },
  format: 'esm',
});
// The page of the dashboard: a script and a style, which only `sao dashboard` reads.
const page = await build({
  ...common,
  platform: 'browser',
  target: 'es2022',
  entryPoints: { page: 'src/dashboard/web/main.io.ts', style: 'src/dashboard/web/style.css' },
  outdir: join(bin, 'lib'),
  format: 'esm',
  write: false,
});
for (const { path, contents } of page.outputFiles)
  writeFileSync(`${path.replace(/style\.css$/, 'page.css')}.br`, brotliCompressSync(contents));
// Every hook call reads hook.cjs whole, so it holds what the file tools need; each other kind of call has a complete file of its own.
const LATE = {
  'hook-agents': 'src/session/hooks/dispatch.io.ts',
  'hook-bash': 'src/session/hooks/bash.io.ts',
  'hook-gates': 'src/session/hooks/gates.io.ts',
  'hook-late-return': 'src/session/hooks/late-return.io.ts',
  'hook-return': 'src/session/hooks/return.io.ts',
  'hook-session': 'src/session/hooks/session.io.ts',
};
const late = {
  name: 'late',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      const found = Object.entries(LATE).find(([, file]) => resolve(file) === resolve(resolveDir, path));
      return found && kind === 'dynamic-import' ? { path: `./${found[0]}.cjs`, external: true } : undefined;
    });
  },
};
// Functions that few hooks and light calls reach: their modules are in later.cjs, which is read at the first call.
const LATER = {
  'src/findings/count-severities.ts': ['countSeverities', 'mentionsFindings'],
  'src/findings/redact.ts': ['redact'],
  'src/run/cost/transcript.ts': ['measureConversation'],
  'src/run/ledger/notify.io.ts': ['sendNotice'],
  'src/system/approval/allowed-signers.ts': ['findPrincipal'],
  'src/system/approval/ssh-signature.ts': ['findSigningKey'],
};
const BUILT_IN = {
  'node:child_process': ['spawn', 'spawnSync'],
  'node:crypto': ['createHash', 'createHmac', 'hash', 'randomBytes', 'timingSafeEqual'],
  'node:module': ['createRequire'],
  'node:os': ['homedir', 'tmpdir', 'userInfo'],
};
const stub = (names, from) => ({
  contents: names
    .map((name) => `export const ${name} = (...given) => require('${from}').${name}(...given);`)
    .join('\n'),
});
const later = {
  name: 'later',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/later\.cjs$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const found = Object.entries(LATER).find(([file]) => resolve(file) === path);
      return found && { ...stub(found[1], './later.cjs'), resolveDir: dirname(path) };
    });
    // Loading crypto or child_process takes a tenth of a start of Node.
    onResolve({ filter: /^node:(?:child_process|crypto|module|os)$/ }, ({ path, namespace }) =>
      namespace === 'later' ? { path, external: true } : { path, namespace: 'later' },
    );
    onLoad({ filter: /./, namespace: 'later' }, ({ path }) => stub(BUILT_IN[path], path));
  },
};
await build({
  ...common,
  entryPoints: {
    hook: 'src/session/hooks/start.ts',
    'fan-out': 'src/session/fan-out/start.ts',
    light: 'src/cli/light.ts',
    ...Object.fromEntries(Object.entries(LATE).filter(([name]) => name !== 'hook-late-return')),
  },
  outdir: join(bin, 'lib'),
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  banner: { js: url },
  // `import()` becomes `require`, which does not start the loader of ES modules.
  supported: { 'dynamic-import': false },
  plugins: [late, later],
  define: { ...common.define, 'import.meta.url': '__moduleUrl' },
});
await build({
  ...common,
  stdin: {
    contents: Object.entries(LATER)
      .map(([file, names]) => `export { ${names.join(', ')} } from './${file}';`)
      .join('\n'),
    resolveDir: '.',
  },
  outfile: join(bin, 'lib', 'later.cjs'),
  format: 'cjs',
  banner: { js: url },
  define: { ...common.define, 'import.meta.url': '__moduleUrl' },
});
await build({
  ...common,
  entryPoints: ['src/cli/launch.ts'],
  // Older versions must be able to parse it, to say which one is needed.
  target: 'node12',
  outfile: join(bin, 'sao'),
  format: 'cjs',
  external: ['./lib/cli.cjs', './lib/check.cjs', './lib/light.cjs'],
  banner: { js: shellHead() },
});
chmodSync(join(bin, 'sao'), 0o755);

/**
 * Writes a chunk. A large one is a parser or a set of rules that few commands load, so it is compressed: an installed plugin is to have at most 10 MB.
 */
function writeChunk(path, code) {
  if (code.length < COMPRESSED_FROM) {
    writeFileSync(path, code);
    return;
  }
  const packed =
    'require("node:zlib").brotliDecompressSync(require("node:fs").readFileSync(__filename+".br"))';
  writeFileSync(path, `"use strict";module._compile(${packed}.toString(),__filename);\n`);
  writeFileSync(`${path}.br`, brotliCompressSync(code));
}

/**
 * The first two lines of `bin/sao`: a shell runs the second one, which starts Node on this file; to JavaScript it is a comment. The Node of PATH is
 * started unseen, since asking for its version takes as long as a start of `sao`; if it is too old, it starts the shell again to look for another.
 */
function shellHead() {
  const lines = readFileSync('hooks/find-node', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const findNode = lines.map((line) => line.replace(/\\$/, '')).join(' ');
  const missing =
    'Error: Node.js 20.12 or newer was not found on PATH or in its usual places\\nFix: install Node 20.12 or newer, or add its folder to PATH\\n';
  const first = `[ -z "$SAO_NODE" ] && command -v node >/dev/null && SAO_NODE=path exec node "$0" "$@"; unset SAO_NODE;`;
  return `#!/bin/sh\n':' //; ${first} ${findNode} [ -n "$node" ] && exec "$node" "$0" "$@"; printf '${missing}' >&2; exit 3`;
}
