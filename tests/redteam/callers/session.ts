import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startApi } from '../../client/harness/api.ts';
import type { Call } from '../../client/harness/call.ts';
import { startTalk } from '../../client/harness/person.ts';
import { type Answer, say, use } from '../../client/harness/reply.ts';
import { type Arena, USER } from '../arena.ts';
import { type Caller, linesOf } from './caller.ts';

/** One thing that becomes known later. */
class Deferred<T> {
  resolve!: (value: T) => void;
  readonly promise = new Promise<T>((resolve) => {
    this.resolve = resolve;
  });
}

/** A conversation whose every turn the test chooses when it comes. */
class Turns {
  private readonly turns: { answer: Deferred<Answer>; result: Deferred<Call> }[] = [];
  private next = 0;

  /** The answer of the model to this request. */
  answer(call: Call): Promise<Answer> {
    if (call.turn > 0) this.at(call.turn - 1).result.resolve(call);
    return this.at(call.turn).answer.promise;
  }

  /** Lets the model answer so, and waits for what came of it. */
  say(answer: Answer): Promise<Call> {
    const turn = this.at(this.next);
    this.next += 1;
    turn.answer.resolve(answer);
    return turn.result.promise;
  }

  end(): void {
    this.at(this.next).answer.resolve(say('Done. Nothing is left.'));
  }

  private at(number: number) {
    this.turns[number] ??= { answer: new Deferred(), result: new Deferred() };
    return this.turns[number];
  }
}

const AGENT = {
  description: 'Look',
  prompt: 'Look at it',
  subagent_type: 'general-purpose',
  run_in_background: false,
};
const LIMIT_MS = 900_000;

type GivenAttack = Parameters<Caller['attack']>[0][number];

/** The tool calls of an attack. */
function toolsOf({ attack, place }: GivenAttack): [string, Record<string, unknown>][] {
  const tool = attack.tool?.(place);
  const description = 'Go on';
  return tool ? [tool] : linesOf(attack, place).map((command) => ['Bash', { command, description }]);
}

/** A session of the real client whose model attacks, and whose human refuses every question. `agent`: its subagent attacks. */
export async function openSession(
  arena: Arena,
  session: string,
  { isAgent, skipsPermissions }: { isAgent: boolean; skipsPermissions: boolean },
): Promise<Caller> {
  const turns = new Turns();
  const api = await startApi((call) => {
    if (!isAgent) return turns.answer(call);
    if (call.agentId !== undefined) return turns.answer(call);
    return call.turn === 0 ? use(['Agent', AGENT]) : say('end');
  });
  const config = join(arena.home, '.claude');
  const tmp = join(arena.work, 'tmp');
  for (const folder of [config, tmp]) mkdirSync(folder, { recursive: true });
  arena.giveTo(USER.uid, config, tmp);
  const sandbox = {
    root: arena.root,
    home: arena.home,
    config,
    project: arena.project,
    tmp,
    remove: async () => {},
  };
  const server = { command: process.execPath, args: [join(arena.tools, 'mcp.mjs')] };
  const args = ['--session-id', session, '--mcp-config', JSON.stringify({ mcpServers: { evil: server } })];
  if (skipsPermissions) args.push('--dangerously-skip-permissions');
  const { PATH = '', SAO_RUNS_DIR = '', SAO_WAIT_MS = '' } = arena.env;
  const options = {
    ...{ api, sandbox, plugins: [arena.plugin], args, user: USER, limitMs: LIMIT_MS },
    env: { PATH, SAO_RUNS_DIR, SAO_WAIT_MS },
  };
  const talk = startTalk(options, () => 'deny');
  talk.say('Go on');
  const heard = talk.heard();
  return {
    // The human refuses each call that the client asks about: in the default mode nearly all.
    atOnce: skipsPermissions ? 1 : 6,
    async attack(attacks) {
      const [only, ...others] = attacks;
      let told = '';
      if (only === undefined) return told;
      const answers =
        others.length > 0 ? [use(...attacks.flatMap(toolsOf))] : toolsOf(only).map((tool) => use(tool));
      for (const answer of answers) {
        const call = await Promise.race([turns.say(answer), heard.then(() => undefined)]);
        if (call === undefined) throw new Error('the conversation ended before its last attack');
        if (call.results.length !== answer.tools?.length)
          throw new Error('a call of an attack has no result');
        told = call.results.at(-1)?.text ?? '';
      }
      return told;
    },
    async end() {
      turns.end();
      await heard;
      await talk.close();
      await api.close();
    },
  };
}
