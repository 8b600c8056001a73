import { describe, expect, it } from 'vitest';
import { describeImplementation, isProgram, MAX_STUB_LINES } from '../../../../src/pipeline/qc/stub.ts';

const lines = (count: number, line: string) => Array.from({ length: count }, () => line).join('\n');

describe('a stub', () => {
  it.each([
    [
      'a.ts',
      'export function login(name: string): Promise<User> {\n  throw new Error("not implemented");\n}\n',
    ],
    [
      'a.ts',
      'export interface Matcher {\n  match(text: string): boolean;\n  select(id: number): void;\n  for?: string;\n  if: boolean;\n}\n',
    ],
    ['a.ts', 'export * from "./login.ts";\nexport const VERSION = "1";\n'],
    ['a.ts', '// if (a) { b(); }\nexport type A = string;\n'],
    ['a.ts', 'export const text = `\nif (a) {\n`;\n'],
    ['a.ts', 'start().catch(report);\n'],
    ['a.ts', ''],
    ['a.test.ts', 'it.todo("logs in");\n'],
    ['a.py', 'def login(name: str) -> User:\n    """Log in.\n\n    if it works\n    """\n    ...\n'],
    ['a.py', 'class Store:\n    def add(self, row):\n        raise NotImplementedError\n'],
    ['a.py', 'def f(x):\n    # stub\n    if x:\n        return None\n'],
    [
      'a.go',
      'package auth\n\nfunc Login(name string) (User, error) {\n\treturn User{}, errors.New("not implemented")\n}\n',
    ],
    ['a.rs', 'pub fn login(name: &str) -> User {\n    todo!()\n}\n'],
    ['A.java', 'interface A { User login(String name) throws E; }\n'],
    ['A.swift', 'enum Side {\n  case left\n  case right\n}\n'],
    ['A.scala', 'case class User(name: String)\n'],
    ['a.ex', 'defmodule A do\n  # if it works\n  def login(_), do: raise "not implemented"\nend\n'],
    ['a.hs', '-- case x of\nlogin :: Name -> User\nlogin = undefined\n'],
    ['schema.sql', 'create table users (id integer primary key);\n'],
    ['many.ts', `${lines(MAX_STUB_LINES, 'export type A = 1;')}\n\n// and a comment\n`],
  ])('%s: %j', (path, text) => {
    expect(describeImplementation(path, text)).toBeUndefined();
  });
});

describe('more than a stub', () => {
  it.each([
    ['a.ts', 'export function f(x: number) {\n  if (x > 1) return 2;\n  return x;\n}\n'],
    ['a.ts', 'for (const a of b) c(a);\n'],
    ['a.ts', 'function f() { while (true) g(); }\n'],
    ['a.ts', 'function f() {\n  try {\n    g();\n  } catch { h(); }\n}\n'],
    ['a.ts', 'function f(x) {\n  switch (x) {\n    default: return 1;\n  }\n}\n'],
    ['a.py', 'def f(xs):\n    for x in xs:\n        yield x\n'],
    ['a.py', 'def f():\n    try:\n        g()\n    except E:\n        pass\n'],
    ['a.py', 'def f(x):\n    match x:\n        case 1: return 2\n'],
    ['a.go', 'func f(x int) int {\n\tif x > 1 {\n\t\treturn 2\n\t}\n\treturn x\n}\n'],
    ['a.go', 'func f() {\n\tselect {\n\tdefault:\n\t}\n}\n'],
    ['a.rs', 'fn f(x: u8) -> u8 {\n    match x {\n        _ => 1,\n    }\n}\n'],
    ['a.rs', 'fn f() {\n    loop {\n        g();\n    }\n}\n'],
    ['a.rb', 'def f(x)\n  unless x\n    g\n  end\nend\n'],
    ['a.kt', 'fun f(x: Int) = g(\n  when (x) {\n    else -> 1\n  })\n'],
    ['a.hs', 'f x = case x of\n  1 -> 2\n'],
    ['a.ex', 'def f(x) do\n  case x do\n    1 -> 2\n  end\nend\n'],
    ['a.sh', 'if true; then echo yes; fi\n'],
  ])('branches or loops: %s %j', (path, text) => {
    expect(describeImplementation(path, text)).toMatch(/branches or loops/);
  });

  it('is long, even if a comment calls it finished', () => {
    const text = `// not implemented\n${lines(MAX_STUB_LINES + 1, 'call();')}`;
    expect(describeImplementation('a.ts', text)).toBe('it has 61 lines of code; a stub has at most 60');
  });
});

describe('isProgram', () => {
  it.each(['a.ts', 'a/b.py', 'x.ex', 'x.sh', 'q.sql', 'A.vue'])('%s is one', (path) => {
    expect(isProgram(path)).toBe(true);
  });
  it.each([
    'README.md',
    'a.json',
    'a.css',
    'a.html',
    'ci.yml',
    'Dockerfile',
    'package-lock.json',
    'dist/a.js',
    'logo.png',
    'x.lock',
  ])('%s is none', (path) => {
    expect(isProgram(path)).toBe(false);
  });
});
