import { describe, expect, it } from 'vitest';
import { buildProgram, type Call } from '../../../src/cli/program.ts';
import { COMMANDS } from '../../../src/commands/index.ts';

const GROUPS = ['Runs', 'Build', 'Queue', 'Approvals and memory', 'Inspect', 'Maintain'];
const VERBS =
  /^(Audit|Check|Compile|Create|Find|Grant|List|Mark|Prepare|Print|Remove|Run|Show|Start|Write)\b/;

/** A description of an option or argument: perhaps the actions or options that it belongs to, then a verb. */
const DESCRIPTION =
  /^(?:(?:[a-z]+(?:, [a-z]+)*|(?:with|resolve) --\w+(?: \w+)?): )?(?:also |first )?(?:add|allow|answer|approve|audit|build|change|check|choose|compare|create|describe|end|exit|export|give|install|keep|listen|move|name|open|print|read|record|reject|remove|repeat|require|run|search|serve|set|show|skip|start|stop|update|use|wait|write)\b|^one of /;

/** The words of an example, without the quotes that the shell removes. */
const wordsOf = (example: string) =>
  (example.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));

describe('help', async () => {
  const commands = await Promise.all(COMMANDS.map((entry) => entry.load()));

  it.each(commands.map((command) => [command.name, command] as const))('%s', (name, command) => {
    const calls: Call[] = [];
    const [program, ...args] = wordsOf(command.example);
    buildProgram(commands, '0', (call) => calls.push(call)).parse(args, { from: 'user' });
    expect(program).toBe('sao');
    expect(calls.map((call) => call.command.name)).toEqual([name]);
    expect(command.schema.safeParse(calls[0]?.input).error).toBeUndefined();
    expect(COMMANDS.find((entry) => entry.name === name)?.summary).toMatch(VERBS);
    for (const { description } of [...command.arguments, ...command.options])
      expect(description).toMatch(DESCRIPTION);
  });

  it('lists every command below one of the groups, after the calls for a newcomer', () => {
    const help = buildProgram([], '0', () => undefined).helpInformation();
    for (const { name, group } of COMMANDS) {
      expect(GROUPS).toContain(group);
      const section = help.split(`\n${group}:\n`)[1]?.split('\n\n')[0];
      expect(section).toMatch(new RegExp(`^ +${name} `, 'm'));
    }
    expect(help.indexOf('Start here:')).toBeLessThan(help.indexOf('Runs:'));
    for (const call of ['sao audit .', 'sao plan --new plan.json', 'sao run']) expect(help).toContain(call);
  });
});
