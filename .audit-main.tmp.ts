import { CHECKS } from './src/audit/checks/index.ts';
import { readTree } from './src/audit/tree.io.ts';

const [, , path, only] = process.argv;
const t0 = performance.now();
const tree = await readTree(path ?? '.');
if (!tree.ok) {
  console.log(tree);
  process.exit(1);
}
console.log(
  `# ${path} files ${tree.value.files.length} git ${tree.value.git} ${Math.round(performance.now() - t0)}ms`,
);
for (const d of tree.diagnostics) console.log('DIAG', d.message);
for (const entry of CHECKS) {
  if (only && !only.split(',').includes(entry.id)) continue;
  const t = performance.now();
  const check = await entry.load();
  const { findings, notes } = await check.run(tree.value);
  console.log(`## ${entry.id} ${findings.length} (${Math.round(performance.now() - t)}ms)`);
  for (const n of notes) console.log('   -', n);
  for (const f of findings) console.log(`   [${f.severity}] ${f.title} | ${f.path ?? ''}:${f.line ?? ''}`);
}
