import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/edge-cases/unsafe-parsing.ts';
import { rulesIn } from '../../fake-tree.ts';

const BROKEN: [rule: string, path: string, code: string][] = [
  ['unguarded-parse', 'a.ts', 'const order = JSON.parse(req.body);'],
  ['unguarded-parse', 'a.ts', "const state = JSON.parse(localStorage.getItem('s') ?? '{}');"],
  ['unguarded-parse', 'a.js', 'socket.onmessage = (event) => handle(JSON.parse(event.data));'],
  ['unguarded-parse', 'a.ts', 'try { run(() => JSON.parse(process.env.CONFIG)); } catch (e) { log(e); }'],
  ['mapped-parse-int', 'a.ts', "const n = '1,2'.split(',').map(parseInt);"],
  ['unguarded-parse', 'a.py', 'page = int(request.args.get("page"))'],
  ['unchecked-assertion', 'a.go', '\tname := value.(string)\n'],
  ['unchecked-number', 'A.java', 'int id = Integer.parseInt(request.getParameter("id"));'],
  ['unchecked-number', 'a.cs', 'var n = int.Parse(Console.ReadLine());'],
  ['unchecked-number', 'a.c', 'int port = atoi(argv[1]);'],
  ['unguarded-parse', 'a.rs', 'let n = text.parse::<u32>().unwrap();'],
];

const HARMLESS: [path: string, code: string][] = [
  ['a.ts', 'try { use(JSON.parse(req.body)); } catch (error) { reply(400); }'],
  [
    'a.ts',
    "const copy = JSON.parse(JSON.stringify(x)); const p = JSON.parse(readFileSync('package.json', 'utf8'));",
  ],
  ['a.ts', "const n = '1,2'.split(',').map((x) => parseInt(x, 10)).map(Number);"],
  ['a.test.ts', 'JSON.parse(req.body);'],
  ['a.py', 'try:\n    page = int(request.args.get("page"))\nexcept ValueError:\n    page = 1\n'],
  ['a.py', 'n = int(3.2)\nbody = json.loads(text)\n'],
  ['a.go', 'name, ok := value.(string)\nswitch v := value.(type) {\n}\nx := f.(string) + y'],
  [
    'A.java',
    'try { n = Integer.parseInt(request.getParameter("id")); } catch (NumberFormatException e) { n = 0; }',
  ],
  ['A.java', 'int n = Integer.parseInt("12");'],
  ['a.c', 'long port = strtol(argv[1], &end, 10);'],
  ['a.rs', 'let n: u32 = text.parse()?;\n#[cfg(test)]\nmod t { fn f() { "1".parse::<u8>().unwrap(); } }'],
];

describe('unsafe-parsing', () => {
  it.each(BROKEN)('%s is found in %s: %s', async (rule, path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([rule]);
  });

  it.each(HARMLESS)('%s is left alone: %s', async (path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([]);
  });
});
