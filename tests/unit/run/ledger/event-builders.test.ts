import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Every type of event, by hand: the union of types is not there at run time. */
const EVENT_TYPES = new Set([
  ...[
    'run-created',
    'plan-accepted',
    'session-seen',
    'context-budget',
    'plan-asked',
    'plan-confirmed',
    'driver-chosen',
  ],
  ...[
    'workflow-started',
    'workflow-launched',
    'workflow-ended',
    'commands-asked',
    'commands-approved',
    'setup-approved',
    'dispatched',
    'started',
  ],
  ...[
    'sent-back',
    'returned',
    'spent',
    'rate-limited',
    'refused',
    'released',
    'retried',
    'gap',
    'gate-asked',
  ],
  ...[
    'gate-approved',
    'gate-rejected',
    'halted',
    'resumed',
    'limits-lifted',
    'sandbox-chosen',
    'unproved',
    'reported',
    'build-begun',
    'plan-extended',
  ],
  ...[
    'stage-checked',
    'module-begun',
    'module-examined',
    'module-blocked',
    'conflict-asked',
    'conflict-approved',
  ],
  ...['conflict-resolved', 'module-judged', 'module-merged', 'merge-failed', 'harden-begun', 'hardened'],
  ...['project-seen', 'shipped', 'curated', 'recalled', 'memory-written', 'client-seen'],
  'client-settings-changed',
]);

/** The strings that an expression may be: `'a'`, `'a' as const`, `x ? 'a' : 'b'`. */
function stringsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...stringsOf(node.whenTrue), ...stringsOf(node.whenFalse)];
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node))
    return stringsOf(node.expression);
  return [];
}

/** The places in a source that build an object with the `type` of an event, as `type at file:line`. */
function eventLiterals(file: string, text: string): { type: string; place: string }[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: { type: string; place: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText(source).replace(/['"]/g, '') === 'type') {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      for (const type of stringsOf(node.initializer))
        if (EVENT_TYPES.has(type)) found.push({ type, place: `${file}:${line + 1}` });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('an event of the ledger', () => {
  const src = resolve('src');
  // The task queue has a log and events of its own.
  const literals = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/^queue[\\/]/.test(name))
    .flatMap((name) => eventLiterals(name.replaceAll('\\', '/'), readFileSync(join(src, name), 'utf8')));

  it.each([...EVENT_TYPES])('%s is built at exactly one place', (type) => {
    expect(literals.filter((literal) => literal.type === type)).toHaveLength(1);
  });

  it('is known here, each of them', () => {
    const declared = ['run-event.ts', 'events.ts', 'build-events.ts'].flatMap((name) =>
      [...readFileSync(join(src, 'run/ledger', name), 'utf8').matchAll(/type: '([a-z-]+)'/g)].map(
        ([, type]) => type,
      ),
    );
    expect([...new Set(declared)].sort()).toEqual([...EVENT_TYPES].sort());
  });

  it('is found however its type is written, and a type that is only compared or declared is not', () => {
    const text = `
      const a = { type: 'gap' };
      const b = { type: 'gap' as const, agent };
      const c = { 'type': on ? 'halted' : ('resumed') };
      type D = { type: 'gap' };
      if (e.type === 'gap') f({ type: 'text' });`;
    expect(eventLiterals('a.ts', text)).toEqual([
      { type: 'gap', place: 'a.ts:2' },
      { type: 'gap', place: 'a.ts:3' },
      { type: 'halted', place: 'a.ts:4' },
      { type: 'resumed', place: 'a.ts:4' },
    ]);
  });
});
