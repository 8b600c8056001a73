import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/edge-cases/swallowed-errors.ts';
import { fakeTree, rulesIn } from '../../fake-tree.ts';

const BROKEN: [rule: string, path: string, code: string][] = [
  ['empty-catch', 'a.ts', 'try { f(); } catch (error) {}'],
  ['empty-catch-all', 'a.ts', 'try { f(); } catch { }'],
  ['empty-rejection', 'a.ts', 'save().catch(() => {});'],
  ['silent-crash', 'a.js', "process.on('uncaughtException', () => {});"],
  ['finally-return', 'a.js', 'function f() { try { g(); } finally { return 1; } }'],
  ['lost-cause', 'a.ts', "try { f(); } catch (error) { throw new Error('no'); }"],
  ['empty-catch', 'a.py', 'try:\n    f()\nexcept Exception as e:\n    pass\n'],
  ['empty-catch', 'a.py', 'try:\n    f()\nexcept: pass\n'],
  ['bare-except', 'a.py', 'try:\n    f()\nexcept:\n    log()\n'],
  ['empty-catch', 'A.java', 'try { f(); } catch (IOException e) { }'],
  ['empty-catch', 'a.kt', 'try { f() } catch (e: Exception) {\n}'],
  ['empty-catch', 'a.cs', 'try { F(); } catch { }'],
  ['empty-catch', 'a.php', '<?php try { f(); } catch (Exception $e) {}'],
  ['printed-exception', 'A.java', 'catch (Exception e) { e.printStackTrace(); }'],
  ['empty-error-branch', 'a.go', 'if err := f(); err != nil {\n}'],
  ['ignored-error', 'a.go', 'data, _ := os.ReadFile(path)'],
  ['empty-catch', 'a.rb', 'begin\n  f\nrescue => e\nend\n'],
  ['rescue-nil', 'a.rb', 'x = f(1) rescue nil'],
  ['rescue-exception', 'a.rb', 'begin\n  f\nrescue Exception => e\n  log(e)\nend\n'],
];

const HARMLESS: [path: string, code: string][] = [
  ['a.ts', 'try { f(); } catch { /* the file may be gone */ }'],
  ['a.ts', 'try { f(); } catch (error) {\n  // Gone already.\n}'],
  ['a.ts', 'try { f(); } catch (error) { log(error); }'],
  ['a.ts', "try { f(); } catch (error) { throw new Error('no', { cause: error }); }"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the code under test holds the template
  ['a.ts', 'try { f(); } catch (error) { throw new Error(`no: ${error}`); }'],
  ['a.ts', 'save().catch(() => undefined); save().catch((e) => { log(e); });'],
  ['a.ts', 'try { f(); } finally { list.map((x) => { return x; }); }'],
  ['a.test.ts', 'try { f(); } catch (error) {}'],
  ['a.py', 'try:\n    f()\nexcept FileNotFoundError:\n    pass\n'],
  ['a.py', 'try:\n    f()\nexcept Exception:\n    pass  # best effort\n'],
  ['a.py', 'try:\n    f()\nexcept:\n    undo()\n    raise\n'],
  ['A.java', 'try { f(); } catch (IOException ignored) { }'],
  ['A.java', 'try { f(); } catch (IOException e) { /* closed */ }'],
  [
    'a.go',
    'if err != nil {\n\treturn err\n}\n_, err = f()\nv, _ := m[k]\nv, _ := os.Open(p) // tested above',
  ],
  ['a.rb', 'begin\n  f\nrescue => e\n  log(e)\nend\nrescue Exception => e\n  raise\n'],
  [
    'src/lib.rs',
    'fn f() { a.unwrap(); }\n#[cfg(test)]\nmod t { fn g() { a.unwrap(); b.unwrap(); c.unwrap(); d.unwrap(); } }',
  ],
  ['a.php', '<?php @unlink($file); /** @file_get_contents */'],
];

describe('swallowed-errors', () => {
  it.each(BROKEN)('%s is found in %s: %s', async (rule, path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([rule]);
  });

  it.each(HARMLESS)('%s is left alone: %s', async (path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([]);
  });
});

it('names the line of the return in finally', async () => {
  const text = 'function f() {\n  try {\n    g();\n  } finally {\n    return 1;\n  }\n}\n';
  const { findings } = await run(fakeTree({ 'a.js': text }));
  expect(findings.map(({ title, line }) => [title, line])).toEqual([
    ['finally-return: return in finally', 5],
  ]);
});
