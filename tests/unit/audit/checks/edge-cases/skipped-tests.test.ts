import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/edge-cases/skipped-tests.ts';
import { fakeTree, rulesIn } from '../../fake-tree.ts';

const BROKEN: [rule: string, path: string, code: string][] = [
  ['focused-test', 'a.test.ts', "it.only('works', () => { f(); });"],
  ['focused-test', 'a.test.ts', "describe.only('x', () => { f(); });"],
  ['focused-test', 'a.test.ts', "it.only.each([1])('works %d', (n) => { f(n); });"],
  ['focused-test', 'a.spec.js', "fdescribe('x', () => { f(); });"],
  ['skipped-test', 'a.test.ts', "it.skip('works', () => { f(); });"],
  ['skipped-test', 'a.test.ts', "xit('works', () => { f(); });"],
  ['empty-test', 'a.test.ts', "it('works', async () => {});"],
  ['constant-assertion', 'a.test.ts', "it('works', () => { expect(true).toBe(true); });"],
  ['commented-test', 'a.test.ts', "// it('works', () => {\n//   f();\n// });"],
  ['skipped-test', 'test_a.py', '@pytest.mark.skip(reason="x")\ndef test_a(): f()'],
  ['skipped-test', 'test_a.py', '@unittest.skip("x")\ndef test_a(): f()'],
  ['skipped-test', 'a_test.go', 'func TestA(t *testing.T) {\n\tt.Skip("broken")\n}'],
  ['skipped-test', 'src/test/ATest.java', '@Disabled\nvoid works() {}'],
  ['skipped-test', 'ATests.cs', '[Fact(Skip = "x")] void A() {}'],
  ['skipped-test', 'tests/ATest.php', '<?php function a() {\n  $this->markTestSkipped("x");\n}'],
  ['skipped-test', 'src/lib.rs', '#[test]\n#[ignore]\nfn a() {}'],
  ['skipped-test', 'spec/a_spec.rb', "xit 'works' do\nend"],
  ['focused-test', 'spec/a_spec.rb', "it 'works', focus: true do\nend"],
];

/** A reason that says where a test cannot run, and no fault of the code. */
const EXPLAINED: [path: string, code: string][] = [
  ['test_a.py', '@pytest.mark.skip("needs a display")\ndef test_a(): f()'],
  ['test_a.py', '@pytest.mark.skip(reason="only on Windows")\ndef test_a(): f()'],
  ['a_test.go', 'func TestA(t *testing.T) {\n\tt.Skip("requires root rights")\n}'],
  ['src/test/ATest.java', '@Disabled("needs a server on port 80")\nvoid works() {}'],
  ['ATests.cs', '[Fact(Skip = "runs on Windows only")] void A() {}'],
  ['src/lib.rs', '#[test]\n#[ignore] // takes an hour of CPU\nfn a() {}'],
];

const OPEN: [path: string, code: string][] = [
  ['test_a.py', '@pytest.mark.skip("flaky on CI")\ndef test_a(): f()'],
  ['a_test.go', 'func TestA(t *testing.T) {\n\tt.Skip("TODO: broken since #12")\n}'],
  ['src/test/ATest.java', '@Ignore("TODO: make this work")\nvoid works() {}'],
];

const HARMLESS: [path: string, code: string][] = [
  ['a.test.ts', "it('works', () => { f(); }); it.todo('later'); it.skipIf(ci)('x', () => { f(); });"],
  ['a.test.ts', "test.skip(browserName === 'firefox', 'not there'); test.skip();"],
  ['a.test.ts', "list.only('x', y); const text = \"it.only('x', f)\"; model.fit('x', 1);"],
  ['a.test.ts', '// it (the parser) is tested below\n// describe what happens'],
  ['a.test.ts', "it('works', () => { expect(value).toBe(true); });"],
  ['a.ts', "const only = query.only('x', () => 1);"],
  ['test_a.py', '@pytest.mark.skipif(sys.platform == "win32", reason="x")\ndef test_a(): f()'],
  ['a_test.go', 'if testing.Short() {\n\tt.Skip("long")\n}'],
  ['tests/ATest.php', '<?php if (!extension_loaded("x")) {\n  $this->markTestSkipped("x");\n}'],
  ['src/test/ATest.java', '@DisabledOnOs(WINDOWS)\nvoid works() {} // @Disabled'],
  ['spec/a_spec.rb', "it 'works' do\n  skip 'no network' if offline\nend"],
];

describe('skipped-tests', () => {
  it.each(EXPLAINED)('counts a skip with a reason in %s: %s', async (path, code) => {
    const { findings, numbers } = await run(fakeTree({ [path]: code }));
    expect(findings).toEqual([]);
    expect(numbers).toEqual([{ topic: 'Tests that are skipped with a reason', text: '1 test in 1 file' }]);
  });

  it.each(OPEN)('reports a skip for a fault in %s: %s', async (path, code) => {
    expect(await rulesIn(run, path, code)).toEqual(['skipped-test']);
  });

  it('merges the findings of a file, and counts empty tests that are a habit', async () => {
    const few = await run(fakeTree({ 'a.test.js': "it('a', () => {});\nit('b', () => {});\n" }));
    expect(few.findings.map(({ title }) => title)).toEqual(['empty-test: “a” does nothing (2 times)']);
    const names = Array.from({ length: 6 }, (_, i) => [`test/case${i}.test.js`, "it('a', () => {});"]);
    const many = await run(fakeTree(Object.fromEntries(names)));
    expect(many.findings).toEqual([]);
    expect(many.numbers).toEqual([{ topic: 'Empty tests', text: '6 tests in 6 files' }]);
  });

  it.each(BROKEN)('%s is found in %s: %s', async (rule, path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([rule]);
  });

  it.each(HARMLESS)('%s is left alone: %s', async (path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([]);
  });
});
