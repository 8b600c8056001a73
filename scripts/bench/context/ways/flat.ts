import type { Call } from '../../../../tests/client/harness/call.ts';
import { say, use } from '../../../../tests/client/harness/reply.ts';
import { DOMAINS, filesOf } from '../project.ts';
import type { Way } from '../stage.ts';

const REPORT = 'The handler takes the value as it comes and passes it on to the store unchecked. '.repeat(
  250,
);
const REPORT_CHARACTERS = 20_000;

interface FlatOptions {
  background?: boolean;
  /** With the plugin, whose fan-out guard stops the calls. */
  guarded?: boolean;
}

/** One agent per file, each returning its whole report, as a model does without instructions. */
export function flat(workers: number, { background = true, guarded = false }: FlatOptions = {}): Way {
  const tasks = DOMAINS.flatMap(({ task }, index) =>
    filesOf(workers, index).map((file) => task.replace('{item}', file)),
  );
  const ended = new Set<string>();
  return {
    name: 'flat: every agent returns its report',
    prompt: 'Audit the sample service with one agent a file',
    plugin: guarded,
    parent(call) {
      if (call.turn === 0)
        return use(
          ...tasks.map((task): [string, Record<string, unknown>] => [
            'Agent',
            {
              description: task.slice(0, 40),
              prompt: `${task}. Return everything you find.`,
              subagent_type: 'general-purpose',
              run_in_background: background,
            },
          ]),
        );
      for (const id of notified(call)) ended.add(id);
      return ended.size >= started(call) ? say('Finished. The reports are above.') : say('Waiting.');
    },
    agent: () => say(REPORT.slice(0, REPORT_CHARACTERS)),
  };
}

/** The tasks whose notifications are in the conversation. */
export function notified(call: Call): string[] {
  return [...JSON.stringify(call.messages).matchAll(/<task-id>(\w+)<\/task-id>/g)].map(
    (match) => match[1] ?? '',
  );
}

/** How many background agents the client really started. */
export function started(call: Call): number {
  return JSON.stringify(call.messages).match(/Async agent launched successfully/g)?.length ?? 0;
}
