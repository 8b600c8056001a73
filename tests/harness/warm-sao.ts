import { dirname, join, resolve } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

export interface WarmCall {
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

export interface WarmAnswer {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface WarmMessage extends WarmAnswer {
  /** The number of the call that this answers; undefined if the process ended. */
  number?: number;
  fault?: string;
}

const SERVER = resolve('tests/harness/warm-sao-server.cjs');
const TIMEOUT_MS = 60_000;

/** Starts the process of a test file's warm calls, and passes calls and answers between it and the thread that waits. */
const RELAY = `
const { fork } = require('node:child_process');
const { workerData: { server, cli, port, flag, user } } = require('node:worker_threads');
const child = fork(server, [cli], { ...user, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
// Programs that a call starts for a human write here, too: it is shown only with a fault.
let errors = '';
child.stderr.on('data', (chunk) => { errors = (errors + chunk).slice(-2000); });
const answer = (message) => {
  port.postMessage(message);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
};
child.on('message', answer);
child.on('exit', (code, signal) => answer({ fault: 'the process of warm calls ended: ' + (signal ?? code) + ' ' + errors }));
port.on('message', (call) => child.send(call));
`;

/**
 * Starts a process that loads `sao` once; the returned function runs one call after the other in it and waits for each. `user`: the user of
 * the process, which only root can choose.
 */
export function startWarmSao(
  sao: string,
  user: { uid?: number; gid?: number } = {},
): (call: WarmCall) => WarmAnswer {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { port1: own, port2: port } = new MessageChannel();
  const worker = new Worker(RELAY, {
    eval: true,
    workerData: { server: SERVER, cli: join(dirname(sao), 'lib', 'cli.cjs'), port, flag, user },
    transferList: [port],
  });
  worker.unref();
  let calls = 0;
  return (call) => {
    calls += 1;
    Atomics.store(flag, 0, 0);
    own.postMessage({ ...call, sao, number: calls });
    Atomics.wait(flag, 0, 0, TIMEOUT_MS);
    const message = receiveMessageOnPort(own)?.message as WarmMessage | undefined;
    if (message?.number === calls) return message;
    throw new Error(`sao ${call.args.join(' ')}: ${message?.fault ?? `no answer within ${TIMEOUT_MS} ms`}`);
  };
}
