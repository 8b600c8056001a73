import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type Arena, USER } from '../arena.ts';
import { makeBox, ServedCaller } from './served.ts';

/** A call of `sao` that starts agents, and its end; the promise fails if the call does. */
export function startEngine(arena: Arena, args: readonly string[], isFine: (code: number | null) => boolean) {
  const child = spawn(process.execPath, [arena.sao, ...args], {
    ...USER,
    cwd: arena.project,
    env: arena.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return said.then(([stdout, stderr, [code]]) => {
    if (!isFine(code as number | null)) throw new Error(`sao ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
    return stdout;
  });
}

/** A worker that `sao run` has started. */
export async function openHeadlessWorker(arena: Arena): Promise<ServedCaller> {
  const box = makeBox(arena.work);
  arena.giveTo(USER.uid, arena.work);
  const run = arena.plan({ task: 'Look', id: 'w1', timeout: 3600 });
  arena.sign('plan', run);
  const [program = ''] = arena.programs();
  const args = ['run', run, '--driver', 'command', '--command', program, '--unattended', '--json'];
  const caller = new ServedCaller(
    box,
    startEngine(arena, args, (code) => code !== null),
    arena.plugin,
  );
  await caller.begin();
  return caller;
}
