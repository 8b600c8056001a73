import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Arena } from './arena.ts';
import type { Attack } from './attack.ts';
import { forge } from './attacks/shell.ts';
import { COLUMNS, canMeasure } from './columns.ts';

const ENGINE: Attack = {
  id: 'sealed-engine-plan',
  way: 'seal',
  tries: "seals the engine's own confirmation of a plan",
  target: 'plan',
  script: (place) => forge(place, 'plan', 'engine', place.key),
};
const COPY: Attack = {
  id: 'copied-run',
  way: 'files',
  tries: 'copies a run that a human approved',
  target: 'gate',
  script: ({ runs, own }) => `cp -a ${runs} ${own}/runs`,
};

/** SECURITY.md names both: they are no faults of the table, since no human's answer is forged. */
describe('what no level stops', () => {
  let arena: Arena;
  beforeAll(() => {
    arena = new Arena([ENGINE, COPY]);
    const [strongest] = COLUMNS.filter(canMeasure);
    if (strongest) arena.begin(strongest, 'off');
  });
  afterAll(() => arena.remove());
  const run = (script: string | readonly string[]) =>
    execFileSync('sh', ['-c', String(script)], { cwd: arena.project, env: arena.env, stdio: 'pipe' });

  it('a program that can read the key of seals confirms a plan in the name of the engine, but not its commands', () => {
    const place = arena.placeOf(ENGINE);
    run(ENGINE.script(place));
    expect(arena.judge(ENGINE)).toBe(true);
    run(forge(place, 'commands', 'engine', place.key));
    const { data } = JSON.parse(arena.user('approvals', 'list', place.run, '--json').stdout);
    expect(data.lines.join('\n')).toMatch(/not proved: the approval commands-approved/);
  });

  it('a copied folder of a run carries the approvals of its content, and of no other', () => {
    const place = arena.placeOf(COPY);
    mkdirSync(place.own, { recursive: true });
    run(COPY.script(place));
    arena.giveTo(65534, place.own);
    const copy = join(place.own, 'runs');
    const gateIn = (root: string, run: string) =>
      JSON.parse(arena.user('gate', 'list', run, '--runs-dir', root, '--json').stdout).data.gates[0].standing;
    expect(gateIn(copy, place.approvedRun)).toBe('open');
    expect(gateIn(copy, place.run)).toBe('closed');
  });
});
