import { describe, expect, it } from 'vitest';
import { type ChangedText, findTestLosses } from '../../../src/source/test-losses.ts';

const changed = (path: string, before: string | null, after: string | null): ChangedText => ({
  path,
  before,
  after,
});
const kindsOf = (...changes: ChangedText[]) =>
  findTestLosses(changes).map(({ kind, path }) => `${kind} ${path}`);

/** Per language: two tests that assert, the second one skipped in each way that the language has, and the first one only. */
const LANGUAGES: [string, { path: string; both: string; one: string; skipped: string[] }][] = [
  [
    'vitest, jest, mocha, node',
    {
      path: 'src/cart.test.ts',
      both: "describe('cart', () => {\n  it('adds', () => {\n    expect(add(1)).toBe(1);\n  });\n  it('removes', () => {\n    expect(remove(1)).toBe(0);\n  });\n});\n",
      one: "describe('cart', () => {\n  it('adds', () => {\n    expect(add(1)).toBe(1);\n  });\n});\n",
      skipped: [
        ...['it.skip(', 'xit(', 'it.todo(', 'test.skip(', 'it.skipIf(true)(', 'it.fails(', 'it.only('].map(
          (call) =>
            `describe('cart', () => {\n  it('adds', () => {\n    expect(add(1)).toBe(1);\n  });\n  ${call}'removes', () => {\n    expect(remove(1)).toBe(0);\n  });\n});\n`,
        ),
        "describe.skip('cart', () => {\n  it('adds', () => {\n    expect(add(1)).toBe(1);\n  });\n  it('removes', () => {\n    expect(remove(1)).toBe(0);\n  });\n});\n",
        "xdescribe('renamed', () => {\n  it('adds', () => {\n    expect(add(1)).toBe(1);\n  });\n  it('removes', () => {\n    expect(remove(1)).toBe(0);\n  });\n});\n",
        "describe('cart', () => {\n  it('adds', () => {\n    expect(add(1)).toBe(1);\n  });\n  it('removes', function () {\n    this.skip();\n    expect(remove(1)).toBe(0);\n  });\n});\n",
        "describe('cart', () => {\n  it('adds', () => {\n    expect(add(1)).toBe(1);\n  });\n  it('removes', { skip: true }, () => {\n    expect(remove(1)).toBe(0);\n  });\n});\n",
      ],
    },
  ],
  [
    'pytest, unittest',
    {
      path: 'tests/test_cart.py',
      both: 'class TestCart:\n    def test_adds(self):\n        assert add(1) == 1\n\n    def test_removes(self):\n        assert remove(1) == 0\n',
      one: 'class TestCart:\n    def test_adds(self):\n        assert add(1) == 1\n',
      skipped: [
        ...[
          '@pytest.mark.skip',
          '@pytest.mark.skip(reason="later")',
          '@pytest.mark.skipif(True, reason="x")',
          '@pytest.mark.xfail',
          '@unittest.skip("later")',
          '@unittest.expectedFailure',
        ].map(
          (mark) =>
            `class TestCart:\n    def test_adds(self):\n        assert add(1) == 1\n\n    ${mark}\n    def test_removes(self):\n        assert remove(1) == 0\n`,
        ),
        '@pytest.mark.skip\nclass TestCart:\n    def test_adds(self):\n        assert add(1) == 1\n\n    def test_removes(self):\n        assert remove(1) == 0\n',
        'pytestmark = pytest.mark.skip\nclass TestCart:\n    def test_adds(self):\n        assert add(1) == 1\n\n    def test_removes(self):\n        assert remove(1) == 0\n',
        'class TestCart:\n    def test_adds(self):\n        assert add(1) == 1\n\n    def test_removes(self):\n        pytest.skip("later")\n        assert remove(1) == 0\n',
        'class TestCart:\n    def test_adds(self):\n        assert add(1) == 1\n\n    def test_removes(self):\n        self.skipTest("later")\n        assert remove(1) == 0\n',
      ],
    },
  ],
  [
    'go',
    {
      path: 'cart/cart_test.go',
      both: 'func TestAdds(t *testing.T) {\n\tif add(1) != 1 {\n\t\tt.Error("no")\n\t}\n}\n\nfunc TestRemoves(t *testing.T) {\n\tif remove(1) != 0 {\n\t\tt.Fatal("no")\n\t}\n}\n',
      one: 'func TestAdds(t *testing.T) {\n\tif add(1) != 1 {\n\t\tt.Error("no")\n\t}\n}\n',
      skipped: [
        ...['t.Skip("later")', 't.SkipNow()', 't.Skipf("%d", 1)'].map(
          (call) =>
            `func TestAdds(t *testing.T) {\n\tif add(1) != 1 {\n\t\tt.Error("no")\n\t}\n}\n\nfunc TestRemoves(t *testing.T) {\n\t${call}\n\tif remove(1) != 0 {\n\t\tt.Fatal("no")\n\t}\n}\n`,
        ),
        '//go:build ignore\n\nfunc TestAdds(t *testing.T) {\n\tif add(1) != 1 {\n\t\tt.Error("no")\n\t}\n}\n\nfunc TestRemoves(t *testing.T) {\n\tif remove(1) != 0 {\n\t\tt.Fatal("no")\n\t}\n}\n',
      ],
    },
  ],
  [
    'rust',
    {
      path: 'src/cart.rs',
      both: '#[cfg(test)]\nmod tests {\n    fn helper() {}\n    #[test]\n    fn adds() {\n        assert_eq!(add(1), 1);\n    }\n    #[tokio::test]\n    async fn removes() {\n        assert_eq!(remove(1), 0);\n    }\n}\n',
      one: '#[cfg(test)]\nmod tests {\n    fn helper() {}\n    #[test]\n    fn adds() {\n        assert_eq!(add(1), 1);\n    }\n}\n',
      skipped: ['#[ignore]', '#[ignore = "later"]'].map(
        (mark) =>
          `#[cfg(test)]\nmod tests {\n    fn helper() {}\n    #[test]\n    fn adds() {\n        assert_eq!(add(1), 1);\n    }\n    #[tokio::test]\n    ${mark}\n    async fn removes() {\n        assert_eq!(remove(1), 0);\n    }\n}\n`,
      ),
    },
  ],
  [
    'JUnit',
    {
      path: 'src/test/java/CartTest.java',
      both: 'public class CartTest {\n    @Test\n    public void adds() {\n        assertEquals(1, add(1));\n    }\n\n    @Test\n    void removes() {\n        assertEquals(0, remove(1));\n    }\n}\n',
      one: 'public class CartTest {\n    @Test\n    public void adds() {\n        assertEquals(1, add(1));\n    }\n}\n',
      skipped: ['@Disabled("later")', '@Ignore', '@org.junit.Ignore'].map(
        (mark) =>
          `public class CartTest {\n    @Test\n    public void adds() {\n        assertEquals(1, add(1));\n    }\n\n    @Test\n    ${mark}\n    void removes() {\n        assertEquals(0, remove(1));\n    }\n}\n`,
      ),
    },
  ],
  [
    'xUnit, NUnit',
    {
      path: 'CartTests.cs',
      both: 'public class CartTests {\n    [Fact]\n    public void Adds() {\n        Assert.Equal(1, Add(1));\n    }\n    [Test]\n    public void Removes() {\n        Assert.Equal(0, Remove(1));\n    }\n}\n',
      one: 'public class CartTests {\n    [Fact]\n    public void Adds() {\n        Assert.Equal(1, Add(1));\n    }\n}\n',
      skipped: ['[Fact(Skip = "later")]', '[Test, Ignore("later")]', '[Test]\n    [Ignore("later")]'].map(
        (mark) =>
          `public class CartTests {\n    [Fact]\n    public void Adds() {\n        Assert.Equal(1, Add(1));\n    }\n    ${mark}\n    public void Removes() {\n        Assert.Equal(0, Remove(1));\n    }\n}\n`,
      ),
    },
  ],
  [
    'rspec',
    {
      path: 'spec/cart_spec.rb',
      both: "RSpec.describe Cart do\n  it 'adds' do\n    expect(add(1)).to eq(1)\n  end\n\n  it 'removes' do\n    expect(remove(1)).to eq(0)\n  end\nend\n",
      one: "RSpec.describe Cart do\n  it 'adds' do\n    expect(add(1)).to eq(1)\n  end\nend\n",
      skipped: [
        ...["xit 'removes' do", "it 'removes', skip: true do", "it 'removes', :skip do"].map(
          (head) =>
            `RSpec.describe Cart do\n  it 'adds' do\n    expect(add(1)).to eq(1)\n  end\n\n  ${head}\n    expect(remove(1)).to eq(0)\n  end\nend\n`,
        ),
        "RSpec.describe Cart do\n  it 'adds' do\n    expect(add(1)).to eq(1)\n  end\n\n  it 'removes' do\n    pending 'later'\n    expect(remove(1)).to eq(0)\n  end\nend\n",
      ],
    },
  ],
  [
    'phpunit',
    {
      path: 'tests/CartTest.php',
      both: '<?php\nclass CartTest extends TestCase {\n    public function testAdds() {\n        $this->assertSame(1, add(1));\n    }\n    #[Test]\n    public function removes() {\n        $this->assertSame(0, remove(1));\n    }\n}\n',
      one: '<?php\nclass CartTest extends TestCase {\n    public function testAdds() {\n        $this->assertSame(1, add(1));\n    }\n}\n',
      skipped: ["$this->markTestSkipped('later');", '$this->markTestIncomplete();'].map(
        (call) =>
          `<?php\nclass CartTest extends TestCase {\n    public function testAdds() {\n        $this->assertSame(1, add(1));\n    }\n    #[Test]\n    public function removes() {\n        ${call}\n        $this->assertSame(0, remove(1));\n    }\n}\n`,
      ),
    },
  ],
  [
    'XCTest',
    {
      path: 'Tests/CartTests.swift',
      both: 'class CartTests: XCTestCase {\n    func testAdds() {\n        XCTAssertEqual(add(1), 1)\n    }\n    func testRemoves() {\n        XCTAssertEqual(remove(1), 0)\n    }\n}\n',
      one: 'class CartTests: XCTestCase {\n    func testAdds() {\n        XCTAssertEqual(add(1), 1)\n    }\n}\n',
      skipped: [
        'class CartTests: XCTestCase {\n    func testAdds() {\n        XCTAssertEqual(add(1), 1)\n    }\n    func testRemoves() throws {\n        throw XCTSkip("later")\n        XCTAssertEqual(remove(1), 0)\n    }\n}\n',
      ],
    },
  ],
  [
    'GoogleTest',
    {
      path: 'tests/cart_test.cpp',
      both: 'TEST(Cart, Adds) {\n  EXPECT_EQ(add(1), 1);\n}\nTEST(Cart, Removes) {\n  EXPECT_EQ(take(1), 0);\n}\n',
      one: 'TEST(Cart, Adds) {\n  EXPECT_EQ(add(1), 1);\n}\n',
      skipped: [
        'TEST(Cart, Adds) {\n  EXPECT_EQ(add(1), 1);\n}\nTEST(Cart, Removes) {\n  GTEST_SKIP();\n  EXPECT_EQ(take(1), 0);\n}\n',
      ],
    },
  ],
  [
    'bats',
    {
      path: 'cart.bats',
      both: '@test "adds" {\n  [ "$(add 1)" = 1 ]\n}\n@test "removes" {\n  [ "$(take 1)" = 0 ]\n}\n',
      one: '@test "adds" {\n  [ "$(add 1)" = 1 ]\n}\n',
      skipped: [
        '@test "adds" {\n  [ "$(add 1)" = 1 ]\n}\n@test "removes" {\n  skip\n  [ "$(take 1)" = 0 ]\n}\n',
      ],
    },
  ],
  [
    'Dart',
    {
      path: 'test/cart_test.dart',
      both: "void main() {\n  test('adds', () {\n    expect(add(1), 1);\n  });\n  test('removes', () {\n    expect(take(1), 0);\n  });\n}\n",
      one: "void main() {\n  test('adds', () {\n    expect(add(1), 1);\n  });\n}\n",
      skipped: [
        "void main() {\n  test('adds', () {\n    expect(add(1), 1);\n  });\n  test('removes', () {\n    expect(take(1), 0);\n  }, skip: true);\n}\n",
      ],
    },
  ],
];

describe.each(LANGUAGES)('tests of %s', (_, { path, both, one, skipped }) => {
  it('that are still there are not lost', () => {
    expect(findTestLosses([changed(path, both, both)])).toEqual([]);
    expect(findTestLosses([changed(path, one, both)])).toEqual([]);
    expect(findTestLosses([changed(path, null, both)])).toEqual([]);
  });

  it('that are deleted, emptied or fewer are found', () => {
    expect(kindsOf(changed(path, both, null))).toEqual([`deleted ${path}`]);
    expect(kindsOf(changed(path, both, ''))).toEqual([`emptied ${path}`]);
    expect(kindsOf(changed(path, both, one))).toEqual([`fewer ${path}`]);
  });

  it.each(skipped)('that are newly skipped are found: %s', (text) => {
    const [loss, ...others] = findTestLosses([changed(path, both, text)]);
    expect({ ...loss, titles: undefined, others }).toMatchObject({ kind: 'skipped', path, others: [] });
    expect(loss?.line).toBeGreaterThan(0);
    // Known already, or run again: no loss.
    expect(findTestLosses([changed(path, text, text)])).toEqual([]);
    expect(findTestLosses([changed(path, text, both)])).toEqual([]);
    // Of a test that did not exist before, nothing is lost.
    expect(findTestLosses([changed(path, null, text)])).toEqual([]);
  });

  it('that move to a file with another name are not lost', () => {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const moved = `${folder}moved_${path.slice(folder.length)}`;
    expect(findTestLosses([changed(path, both, null), changed(moved, null, both)])).toEqual([]);
    expect(findTestLosses([{ path: moved, formerPath: path, before: both, after: both }])).toEqual([]);
    expect(kindsOf({ path: moved, formerPath: path, before: both, after: one })).toEqual([`fewer ${moved}`]);
  });
});

describe('tests that a script keeps from running', () => {
  const path = 'src/cart.test.js';
  const both = "test('adds', () => {\n  ok(add(1));\n});\ntest('removes', () => {\n  ok(take(1));\n});\n";
  const added = "test('new one', () => {\n  ok(1 + take(1));\n});\n";
  it.each([
    ['an end of the process', `process.exit(0);\n${both}${added}`],
    ['an end of the process under a condition', `if (process.env.CI) process.exit(0);\n${both}${added}`],
    ['a return', `return;\n${both}${added}`],
    ['a condition', both.replace("test('removes", "if (process.env.NEVER) test('removes") + added],
    ['a condition around a group', `if (never) {\n${both}}\n${added}`],
    ['an operator', both.replace("test('removes", "never && test('removes") + added],
    ['a return in the test', both.replace('ok(take', 'return;\n  ok(take') + added],
    ['a return under a condition', both.replace('ok(take', 'if (!process.env.X) return;\n  ok(take') + added],
    ['a return in a test of one line', both.replace('{\n  ok(take', '{return; ok(take') + added],
  ])('are newly skipped by %s', (_, after) => {
    expect(kindsOf(changed(path, both, after))).toEqual([`skipped ${path}`]);
    // What was so before is no loss.
    expect(kindsOf(changed(path, after, `${after}// more\n`))).toEqual([]);
  });

  it('are not skipped by an end that fails', () => {
    expect(kindsOf(changed(path, both, `if (broken) process.exit(1);\n${both}`))).toEqual([]);
  });

  it.each([
    ["const t = require('node:test');\n", 't'],
    ["const nt = require('node:test');\n", 'nt.test'],
    ["const { test: check } = require('node:test');\n", 'check'],
    ["const check = require('node:test').it;\n", 'check'],
    ["import t from 'node:test';\n", 't'],
    ["import * as nt from 'node:test';\n", 'nt.it'],
    ["import { test as check } from 'vitest';\n", 'check'],
    ["import { it } from 'vitest';\nconst check = it;\n", 'check'],
  ])('are found under the names of the file: %s%s', (head, name) => {
    const text = head + both.replaceAll('test(', `${name}(`);
    expect(findTestLosses([changed(path, text, text.slice(0, text.indexOf(`${name}('removes`)))])).toEqual([
      { kind: 'fewer', path, titles: ['removes'] },
    ]);
    const skipped = text.replace(`${name}('removes`, `${name}.skip('removes`);
    expect(kindsOf(changed(path, text, skipped))).toEqual([`skipped ${path}`]);
  });

  it('are not the calls of a context with the same name', () => {
    const text = "const t = require('tape');\nt('adds', (t) => {\n  t.equal(add(1), 1);\n  t.end();\n});\n";
    expect(kindsOf(changed(path, text, text.replace('  t.end();\n', '')))).toEqual([]);
  });
});

describe('lost tests', () => {
  const path = 'src/cart.test.ts';
  const both =
    "it('adds', () => {\n  expect(add(1)).toBe(1);\n});\nit('removes', () => {\n  expect(take(1)).toBe(0);\n});\n";

  it('name the tests', () => {
    expect(
      findTestLosses([changed(path, both, "it('adds', () => {\n  expect(add(1)).toBe(1);\n});\n")]),
    ).toEqual([{ kind: 'fewer', path, titles: ['removes'] }]);
    expect(findTestLosses([changed(path, both, both.replace("it('removes", "it.skip('removes"))])).toEqual([
      { kind: 'skipped', path, line: 4, titles: ['removes'] },
    ]);
  });

  it('include a test without its assertions, or with one that always holds', () => {
    for (const body of ['', 'take(1);', 'expect(true).toBe(true);', 'expect(1).toBe(1);'])
      expect(findTestLosses([changed(path, both, both.replace('expect(take(1)).toBe(0);', body))])).toEqual([
        { kind: 'emptied', path, line: 4, titles: ['removes'] },
      ]);
  });

  it('include tests that became comments or strings', () => {
    const comments = both.replace(/^.*removes[\s\S]*$/m, (rest) => rest.replace(/^/gm, '// '));
    expect(kindsOf(changed(path, both, comments))).toEqual([`fewer ${path}`]);
    expect(kindsOf(changed(path, both, both.replace(/^/gm, '// ')))).toEqual([`emptied ${path}`]);
  });

  it('include a test that is skipped under a new title', () => {
    expect(kindsOf(changed(path, both, both.replace("it('removes", "it.skip('takes")))).toEqual([
      `fewer ${path}`,
    ]);
  });

  it('do not include a new title, a split file or a new test that is skipped', () => {
    expect(kindsOf(changed(path, both, both.replace('removes', 'takes out')))).toEqual([]);
    expect(kindsOf(changed(path, both, `${both}it.todo('pays');\n`))).toEqual([]);
    const [adds = '', removes = ''] = both.split(/^(?=it\('removes)/m);
    expect(kindsOf(changed(path, both, adds), changed('src/removes.test.ts', null, removes))).toEqual([]);
  });

  it('do not include helpers, fixtures and programs', () => {
    for (const other of ['tests/fixtures/cart.json', 'tests/helper.ts', 'src/cart.ts', 'docs/tests.md'])
      expect(kindsOf(changed(other, 'export const cart = 1;\n', null))).toEqual([]);
  });

  it('include test programs without a test library, and of an unknown language', () => {
    const script = "import { strict as assert } from 'node:assert';\nassert.ok(answer());\n";
    expect(kindsOf(changed('src/core/test.mjs', script, null))).toEqual(['deleted src/core/test.mjs']);
    expect(kindsOf(changed('src/core/test.mjs', script, 'answer();\n'))).toEqual([
      'emptied src/core/test.mjs',
    ]);
    expect(kindsOf(changed('test/cart_test.exs', 'test "adds" do\nend\n', ''))).toEqual([
      'emptied test/cart_test.exs',
    ]);
  });
});
