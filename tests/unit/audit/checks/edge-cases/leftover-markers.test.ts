import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/edge-cases/leftover-markers.ts';
import { fakeTree, rulesIn } from '../../fake-tree.ts';

/** Put together here, so that a scan of this repository finds no conflict. */
const OURS = `${'<'.repeat(7)} HEAD`;
const MIDDLE = '='.repeat(7);
const THEIRS = `${'>'.repeat(7)} topic`;
const CONFLICT = ['a', OURS, 'b', MIDDLE, 'c', THEIRS, ''].join('\n');
const note = (mark: string, rest: string) => `// ${mark}${rest}`;

const BROKEN: [rule: string, path: string, code: string][] = [
  ['merge-conflict', 'src/a.ts', CONFLICT],
  ['merge-conflict', 'config.json', CONFLICT.replaceAll('\n', '\r\n')],
  ['debugger', 'a.ts', 'f(); debugger;'],
  ['debugger', 'tests/a.test.ts', 'debugger;'],
  ['debugger', 'a.py', 'import pdb; pdb.set_trace()'],
  ['debugger', 'a.py', 'def f():\n    breakpoint()'],
  ['debugger', 'a.rb', 'binding.pry'],
  ['debugger', 'a.php', '<?php var_dump($x);'],
  ['debugger', 'a.rs', 'let y = dbg!(x);'],
  ['not-implemented', 'a.ts', "function f() { throw new Error('Not implemented'); }"],
  ['not-implemented', 'a.rs', 'fn f() { todo!() }'],
];

const HARMLESS: [path: string, code: string][] = [
  ['a.md', CONFLICT],
  ['a.rst', `Title\n${MIDDLE}\n\ntext`],
  ['a.ts', `const rule = '${MIDDLE}';\n${MIDDLE}`],
  [
    'a.ts',
    `${note('TODO', ': remove after #123')}\n${note('FIXME', ' see https://x.dev/1')}\n${note('TODO', '(ABC-12): x')}`,
  ],
  ['a.ts', 'const TODO = 1; const text = "FIXME: no"; // a todo list, autodoc, XXXL'],
  ['a.py', 'def breakpoint(x): pass\nobj.breakpoint()\ns = "pdb.set_trace()"'],
  ['a.ts', 'console.log(x);'],
  ['a.php', '<?php class A { public function dd() {} protected function dump($x) {} }'],
  ['a.ts', 'console.error(x); console.warn(y); logger.log(z);'],
  ['a.php', '<?php $this->dump($x); add($y);'],
  ['a.ts', "throw new Error('the feature is not supported');"],
];

describe('leftover-markers', () => {
  it.each(BROKEN)('%s is found in %s: %s', async (rule, path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([rule]);
  });

  it.each(HARMLESS)('%s is left alone: %s', async (path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([]);
  });

  it('rates a conflict as critical, and as minor in test data', async () => {
    const { findings } = await run(fakeTree({ 'src/a.css': CONFLICT, 'tests/fixtures/a.css': CONFLICT }));
    expect(findings.map(({ severity, line }) => [severity, line])).toEqual([
      ['critical', 2],
      ['minor', 2],
    ]);
  });

  it('counts marker comments without a severity', async () => {
    const { findings, numbers } = await run(
      fakeTree({
        'a.ts': `${note('TODO', ' a')}\n${note('TODO', ': b')}\n${note('FIXME', ' c')}`,
        'b.py': `# ${'TODO'}(ann): handle the empty list`,
        'c.ts': `${note('TODO', ': remove after #123')}\nconst TODO = "FIXME: no"; // a todo list`,
      }),
    );
    expect(findings).toEqual([]);
    expect(numbers).toEqual([
      { topic: 'Marker comments', text: 'FIXME: 1 in 1 file; a.ts:3 c' },
      { topic: 'Marker comments', text: 'TODO: 3 in 2 files; a.ts:1 a; b.py:1 handle the empty list' },
    ]);
  });
});
