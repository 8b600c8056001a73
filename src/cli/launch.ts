import { isSupportedNode } from '../system/node-version.ts';
import { type CheckCall, readCheckCall, readLightCall } from './light-call.ts';

// The entry point of `sao`, bundled separately: `--version` loads nothing else, and frequent calls of sessions and loops load little.
declare const SAO_VERSION: string;

const argv = process.argv.slice(2);
/** Whether the shell lines of this file have started it, with the Node of PATH. */
const isFromShell = process.env.SAO_NODE === 'path';
delete process.env.SAO_NODE;
if (!isSupportedNode(process.versions.node)) {
  process.exitCode = isFromShell ? searchNode() : refuseNode();
} else if (argv[0] === '--version' || argv[0] === '-V') {
  process.stdout.write(`${SAO_VERSION}\n`);
} else {
  const exit = tryLightly();
  // Exit at once: no work is pending and nothing needs to be cleaned up.
  if (exit !== undefined) process.exit(exit);
  answer().catch(failInternally);
}

/** Starts this file again with a newer Node from one of its usual places; the shell lines look for it and report if there is none. */
function searchNode(): number {
  // biome-ignore lint/style/useNodejsImportProtocol: an old Node does not know the prefix.
  const { spawnSync }: typeof import('node:child_process') = require('child_process');
  const env = { ...process.env, SAO_NODE: 'search' };
  const ended = spawnSync('/bin/sh', [__filename, ...argv], { env, stdio: 'inherit' });
  return ended.status === null ? 3 : ended.status;
}

function refuseNode(): number {
  process.stderr.write(
    `Error: sao needs Node 20.12 or newer, and this is Node ${process.versions.node} (${process.execPath})\nFix: install a newer Node, for example with \`nvm install 20\`.\n`,
  );
  return 3;
}

async function answer(): Promise<void> {
  if (argv[0] === 'check' && argv[1] === '--serve' && argv.length === 2) return loadChecks().serveChecks();
  const check = readCheckCall(argv);
  process.exitCode = (check && (await answerCheckLightly(check))) ?? (await answerFully());
}

function answerFully(): Promise<number> {
  // A reader that closes the pipe early (`| head`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(
      `Error: standard output cannot be written (${error.code ?? error.message})\nFix: free some space, or print elsewhere.\n`,
    );
    process.exitCode = 3;
  });
  // Built into bin/ next to this file. `require` avoids the slower loader of ES modules.
  const { main }: typeof import('./main.ts') = require('./lib/cli.cjs');
  return main(argv, SAO_VERSION);
}

function answerCheckLightly(call: CheckCall): Promise<0 | undefined> {
  return loadChecks().answerCheck(call);
}

function loadChecks(): typeof import('./light-check.ts') {
  return require('./lib/check.cjs');
}

function tryLightly(): 0 | 1 | undefined {
  const call = readLightCall(argv);
  if (!call) return undefined;
  const { answerLightly }: typeof import('./light.ts') = require('./lib/light.cjs');
  return answerLightly(call);
}

function failInternally(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `Error: an internal fault in sao ${SAO_VERSION}\n${text}\nFix: run the command again; if the error remains, report it with these lines.\n`,
  );
  process.exitCode = 3;
}
