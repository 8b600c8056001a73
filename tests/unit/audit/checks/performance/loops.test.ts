// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code under test holds templates
import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/performance/loops.ts';
import { rulesIn } from '../../fake-tree.ts';

const BROKEN: [rule: string, path: string, code: string][] = [
  [
    'query-in-loop',
    'a.ts',
    'for (const id of ids) { const u = await db.users.findUnique({ where: { id } }); out.push(u); }',
  ],
  ['query-in-loop', 'a.ts', 'const users = await Promise.all(ids.map((id) => User.findById(id)));'],
  ['query-in-loop', 'a.py', 'for id in ids:\n    user = User.objects.get(pk=id)\n'],
  ['query-in-loop', 'a.rb', 'ids.each do |id|\n  user = User.find(id)\nend\n'],
  ['query-in-loop', 'a.php', '<?php foreach ($ids as $id) { $u = User::find($id); }'],
  ['query-in-loop', 'a.go', 'for _, id := range ids {\n\trow := db.QueryRow("SELECT 1", id)\n}'],
  ['query-in-loop', 'A.java', 'for (Long id : ids) { users.add(userRepository.findById(id)); }'],
  ['await-in-loop', 'a.ts', 'for (const url of urls) { pages.push(await fetch(url)); }'],
  [
    'nested-loop',
    'a.ts',
    'for (const a of list) { for (const b of list) { if (a.id === b.parent) join(a, b); } }',
  ],
  ['search-in-callback', 'a.ts', 'const unique = list.filter((x, i) => list.indexOf(x) === i);'],
  ['copy-in-reduce', 'a.ts', 'const all = rows.reduce((acc, row) => ({ ...acc, [row.id]: row }), {});'],
  ['copy-in-reduce', 'a.ts', 'rows.reduce((acc, row) => { return [...acc, row.id]; }, []);'],
  ['concat-in-loop', 'A.java', 'for (String s : list) { out += "," + s; }'],
  ['concat-in-loop', 'a.cs', 'foreach (var s in list) { text += $"{s},"; }'],
  ['concat-in-loop', 'a.go', 'for _, s := range list {\n\tout += "," + s\n}'],
  ['defer-in-loop', 'a.go', 'for _, f := range files {\n\th, _ := os.Open(f)\n\tdefer h.Close()\n}'],
  ['compile-in-loop', 'a.go', 'for _, s := range list {\n\tre := regexp.MustCompile(s)\n}'],
];

const HARMLESS: [path: string, code: string][] = [
  ['a.ts', 'const u = await db.users.findMany({ where: { id: { in: ids } } });'],
  ['a.ts', 'for (const id of ids) { const first = await fetch(id); if (first.ok) break; }'],
  ['a.ts', 'for (const url of urls) { await sleep(100); pages.push(await fetch(url)); }'],
  ['a.ts', 'let cursor = 0; for (const page of pages) { cursor = await getNext(page, cursor); }'],
  ['a.ts', 'for await (const chunk of stream) { out.push(await getText(chunk)); }'],
  ['a.ts', 'for (const step of steps) { await step(); await write(step); }'],
  ['a.ts', 'for (const x of xs) { jobs.push(async () => await fetch(x)); }'],
  ['a.ts', 'for (const a of list) { for (const b of a.list) { use(b); } }'],
  ['a.ts', 'const both = a.filter((x) => b.includes(x)); const at = list.indexOf(x);'],
  ['a.ts', 'rows.reduce((acc, row) => { acc[row.id] = { ...row }; return acc; }, {});'],
  ['a.ts', 'const user = users.map((u) => u.find((x) => x.id)); document.querySelector(a);'],
  ['migrations/1.ts', 'for (const id of ids) { await db.findOne(id); }'],
  ['a.test.ts', 'for (const id of ids) { await db.findOne(id); }'],
  [
    'a.py',
    'users = User.objects.filter(pk__in=ids)\nfor user in users:\n    print(user)\nUser.objects.get(pk=1)\n',
  ],
  ['a.rb', 'users = User.where(id: ids)\nusers.each do |u|\n  puts u\nend\n'],
  ['A.java', 'for (int i = 0; i < n; i++) { total += 1; builder.append(","); }\nout += "x";'],
  [
    'a.go',
    'for _, f := range files {\n\tfunc() {\n\t\th := open(f)\n\t\tdefer h.Close()\n\t}()\n}\ndefer x.Close()',
  ],
  [
    'a.go',
    'var re = regexp.MustCompile(`x`)\n// for each x {\nfunc f() { s := "for {"; re2 := regexp.MustCompile(s) }',
  ],
];

describe('loops', () => {
  it.each(BROKEN)('%s is found in %s: %s', async (rule, path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([rule]);
  });

  it.each(HARMLESS)('%s is left alone: %s', async (path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([]);
  });
});
