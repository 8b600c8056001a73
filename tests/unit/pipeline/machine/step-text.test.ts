import { describe, expect, it } from 'vitest';
import { renderStep } from '../../../../src/pipeline/machine/step-text.ts';
import { driverCall } from '../../../../src/run/dispatch/driver-call.ts';
import { parseCommand } from '../../../../src/system/command-line.ts';
import { unwrap } from '../../../../src/system/result.ts';

const RUN = '20260102-030405-0a1b2c3d';

describe('the command that continues a build', () => {
  it.each([
    [{ driver: 'claude' }, `sao run ${RUN} --driver claude`],
    [
      { driver: 'command', template: ['codex', 'exec', '-'] },
      `sao run ${RUN} --driver command --command 'codex exec -'`,
    ],
    [{ driver: 'command' }, `sao run ${RUN} --driver command --command '<the program>'`],
    [{ driver: 'command', isProgramKnown: true }, `sao run ${RUN}`],
    [{ driver: null }, undefined],
    [{ driver: 'workflow' }, undefined],
  ] as const)('%o: %s', (drive, expected) => {
    expect(driverCall(RUN, drive)).toBe(expected);
  });

  it('can be pasted with any characters in the program’s arguments', () => {
    const template = ['sh', '-c', `echo "it's" $HOME *.md | cat`, '', 'a b', '\\', '--x=ü'];
    const argv = unwrap(parseCommand(driverCall(RUN, { driver: 'command', template }) ?? '', 'call'));
    expect(argv.slice(0, -1)).toEqual(['sao', 'run', RUN, '--driver', 'command', '--command']);
    expect(unwrap(parseCommand(argv.at(-1) ?? '', '--command'))).toEqual(template);
  });
});

describe('what lets a build go on', () => {
  const goOn = `sao run ${RUN} --driver command --command 'x y'`;

  it.each([
    [{ kind: 'gate', stage: 'ship', hash: 'h' }, /sao gate approve ship \S+ .*\nthen: /],
    [{ kind: 'halted', reason: 'a door is open' }, /^halted: a door is open\nafter you have examined it: /],
    [{ kind: 'stuck', reason: 'no', command: 'sao retry x y' }, /\n\$ sao retry x y\nthen: /],
    [{ kind: 'agents', agents: [] }, /: next\. To continue: /],
    [{ kind: 'child', run: 'c' }, /the audit c is running\. To continue: /],
  ] as const)('%o', (step, before) => {
    const text = renderStep(RUN, step as Parameters<typeof renderStep>[1], goOn);
    expect(text).toMatch(before);
    expect(text.endsWith(goOn)).toBe(true);
    const unknown = renderStep(RUN, step as Parameters<typeof renderStep>[1], undefined);
    expect(unknown).toContain(`sao run ${RUN} --driver claude`);
  });

  it('is a report at the end', () => {
    expect(renderStep(RUN, { kind: 'done' }, goOn)).toBe(`done: sao report ${RUN}`);
  });
});
