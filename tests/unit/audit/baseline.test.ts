import { describe, expect, it } from 'vitest';
import { moveGlobs } from '../../../src/audit/audit-target.io.ts';
import { readBaseline, writeBaseline } from '../../../src/audit/baseline.ts';
import { readChangedLines } from '../../../src/audit/changed-files.ts';
import type { ReportFinding } from '../../../src/run/report/report-types.ts';

const finding = (fingerprint: string, path: string): ReportFinding => ({
  ...{ severity: 'major', rule: 'r', title: 't', path, line: 3, detail: 'd', code: null },
  ...{ fingerprint, sources: [], workers: ['w'], domains: ['security'] },
});

describe('a baseline', () => {
  it('is the same for any order of its findings, one line each', () => {
    const [one, two] = [finding('b:0', 'b.ts'), finding('a:0', 'a.ts')];
    const text = writeBaseline([one, two]);
    expect(text).toBe(writeBaseline([two, one]));
    expect(text).toBe(`{
  "version": 1,
  "findings": [
    {"fingerprint":"a:0","rule":"r","path":"a.ts","title":"t"},
    {"fingerprint":"b:0","rule":"r","path":"b.ts","title":"t"}
  ]
}
`);
  });

  it.each([[[]], [[finding('a:0', 'a.ts')]]])('is read back', (findings) => {
    const read = readBaseline(writeBaseline(findings), 'b.json');
    expect(read.ok && read.value.findings.map(({ fingerprint }) => fingerprint)).toEqual(
      findings.map(({ fingerprint }) => fingerprint),
    );
  });

  it.each([
    ['', 'audit-baseline-wrong', 'b.json is no baseline: it is not JSON'],
    ['[]', 'audit-baseline-wrong', 'b.json is no baseline'],
    ['{"version": 1}', 'audit-baseline-wrong', 'b.json is no baseline'],
    [
      '{"version": 2, "findings": []}',
      'audit-baseline-version',
      'b.json is a baseline of version 2, and this sao reads version 1',
    ],
  ])('is refused if it is %j', (text, code, message) => {
    expect(readBaseline(text, 'b.json')).toMatchObject({
      ok: false,
      cause: 'input',
      diagnostics: [{ code, message, fix: 'sao audit . --write-baseline b.json' }],
    });
  });
});

describe('changed lines', () => {
  it('are those that a diff adds', () => {
    const diff = `diff --git a.ts a.ts
index 1..2 100644
--- a.ts
+++ a.ts
@@ -3 +3,2 @@ function f() {
-old
+new
+newer
@@ -9,2 +10,0 @@
-gone
-gone
diff --git with space.ts with space.ts
--- with space.ts\t
+++ with space.ts\t
@@ -0,0 +1 @@
+x
diff --git "q\\"uote.ts" "q\\"uote.ts"
--- "q\\"uote.ts"
+++ "q\\"uote.ts"
@@ -1 +1 @@
-a
+b
--- gone.ts
+++ /dev/null
@@ -1 +0,0 @@
-x
`;
    expect(readChangedLines(diff)).toEqual({
      'a.ts': [[3, 4]],
      'with space.ts': [[1, 1]],
      'q"uote.ts': [[1, 1]],
    });
  });
});

describe('globs of a repository in one of its folders', () => {
  it.each([
    ['**/*.gen.ts', ['**/*.gen.ts']],
    ['packages/x/old/**', ['old/**']],
    ['packages/**', ['**']],
    ['packages/x/**', ['**']],
    ['packages/y/**', []],
    ['docs/*.md', []],
  ])('%s is %j', (glob, moved) => {
    expect(moveGlobs([glob], 'packages/x')).toEqual(moved);
  });
});
