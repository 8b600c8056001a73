// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code under test holds such texts
import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/edge-cases/pitfalls.ts';
import { rulesIn } from '../../fake-tree.ts';

const BROKEN: [rule: string, path: string, code: string][] = [
  ['float-equality', 'a.ts', 'if (total === 0.3) f();'],
  ['float-equality', 'a.py', 'if total == 0.1:\n    f()'],
  ['float-equality', 'A.java', 'return price != 19.99;'],
  ['nan-comparison', 'a.ts', 'if (x === NaN) f();'],
  ['unknown-typeof', 'a.js', "if (typeof x === 'undefned') f();"],
  ['async-for-each', 'a.ts', 'list.forEach(async (x) => { await f(x); });'],
  ['async-predicate', 'a.ts', 'const ok = list.filter(async (x) => await f(x));'],
  ['async-executor', 'a.ts', 'return new Promise(async (resolve) => { resolve(await f()); });'],
  ['shared-fill', 'a.ts', 'const rows = new Array(3).fill([]);'],
  ['text-sort', 'a.ts', 'const sorted = texts.map(Number).sort();'],
  ['misread-negation', 'a.js', 'if (!key in map) f();'],
  ['assigned-condition', 'a.js', 'if (x = 5) f();'],
  ['position-as-condition', 'a.js', 'if (list.indexOf(x)) f();'],
  ['missing-default', 'a.js', "switch (x) { case 'a': f(); break; case 'b': g(); break; case 'c': h(); }"],
  ['mutable-default', 'a.py', 'def f(a, items=[]):\n    pass'],
  ['mutable-default', 'a.py', 'def f(\n    a: int = g(1),\n    items: list[str] = [],\n):\n    pass'],
  ['literal-identity', 'a.py', 'if name is "x":\n    f()'],
  ['literal-identity', 'a.py', 'if n is not 5:\n    f()'],
  ['assert-tuple', 'test_a.py', 'def test_a():\n    assert (x == 1, "x is 1")\n'],
  ['text-identity', 'A.java', 'if (name == "x") f();'],
  ['inexact-decimal', 'A.java', 'var d = new BigDecimal(0.1);'],
  ['shared-date-format', 'A.java', 'private static final SimpleDateFormat F = new SimpleDateFormat("y");'],
  ['position-as-condition', 'a.php', '<?php if (strpos($a, "b")) { f(); }'],
  ['position-as-condition', 'a.php', '<?php if (strpos($a, "b") == false) { f(); }'],
  ['assigned-condition', 'a.c', 'if (x = 5) f();'],
  ['async-void', 'a.cs', 'public async void Save() { }'],
  ['open-removal', 'a.sh', 'rm -rf "$DIR"/*'],
  ['open-removal', 'a.sh', 'rm -rf $DIR/'],
  ['unchecked-cd', 'a.sh', 'cd "$BUILD"\nrm -rf tmp\n'],
];

const HARMLESS: [path: string, code: string][] = [
  ['a.ts', 'if (x === 0.5 || x === 1 || x === 1.0 || x < 0.3 || x >= 0.1) f();'],
  ['a.py', 'if x >= 0.1 or x == 1.0 or x == 0.5 or x == 2.250:\n    f()\nversion == "0.1"'],
  ['a.ts', "if (Number.isNaN(x) || typeof x === 'string' || typeof x === typeof y) f();"],
  ['a.ts', 'for (const x of list) await f(x); list.forEach((x) => f(x)); list.map(async (x) => f(x));'],
  ['a.ts', 'new Array(3).fill(0); texts.map(Number).sort((a, b) => a - b); words.sort();'],
  ['a.js', 'if (!(key in map)) f(); if ((x = next())) f(); while (x = next()) f();'],
  ['a.js', 'if (list.indexOf(x) >= 0) f(); if (list.indexOf(x) === -1) f();'],
  ['a.ts', "switch (x) { case 'a': f(); break; case 'b': g(); break; case 'c': h(); }"],
  ['a.js', "switch (x) { case 'a': f(); break; case 'b': g(); break; default: h(); }"],
  ['a.py', 'def f(a=(), b=None, c="[]"):\n    items = []\n    x = dict(a=[])\n'],
  [
    'a.py',
    'if x is None or x is not True:\n    f()\nassert (x == 1), "x is 1"\nassert (a, b) == (1, 2)\n# name is "x"',
  ],
  ['A.java', 'if ("x".equals(name)) f(); // name == "x"\nString s = "a == " + b; int n = a == b ? 1 : 2;'],
  ['a.php', '<?php if (strpos($a, "b") !== false) { f(); } if (strpos($a, "b") === 0) { g(); }'],
  ['a.c', 'if (x == 5) f(); if ((fd = open(p)) < 0) g(); if (a <= 5) h();'],
  ['a.cs', 'async void Button_Click(object sender, EventArgs e) { } async Task Save() { }'],
  ['a.sh', 'rm -rf "${DIR:?}"/*\nrm -rf "$DIR"\nrm -rf "$DIR/build/out"\n'],
  ['a.sh', 'set -e\ncd "$BUILD"\nrm -rf tmp\n'],
  ['a.sh', 'cd "$BUILD" || exit 1\nrm -rf tmp\n'],
  ['a.sh', 'cd "$BUILD"\nls\n'],
];

describe('pitfalls', () => {
  it.each(BROKEN)('%s is found in %s: %s', async (rule, path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([rule]);
  });

  it.each(HARMLESS)('%s is left alone: %s', async (path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([]);
  });
});
