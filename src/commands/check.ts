import { resolve } from 'node:path';
import * as z from 'zod';
import type { CheckResult } from '../audit/check/check.ts';
import { CHECKS } from '../audit/checks/catalog.io.ts';
import { plainText } from '../findings/plain-text.ts';
import { writeBullet } from '../findings/write-bullet.ts';
import { readTree } from '../source/tree.io.ts';
import { accept, reject } from '../system/result.ts';
import { defineCommand } from './command.ts';

interface Data extends CheckResult {
  id: string;
  domain: string;
  title: string;
}

export const command = defineCommand<{ id: string; path?: string | undefined }, Data>({
  name: 'check',
  example: 'sao check secrets .',
  arguments: [
    {
      name: '<id>',
      description: `one of ${CHECKS.map(({ id }) => id).join(', ')}`,
      choices: CHECKS.map(({ id }) => id),
    },
    { name: '[path]', description: 'check this folder (default: .)' },
  ],
  options: [],
  details: 'Needs no run and writes no file. `sao audit` runs all checks.',
  schema: z.object({ id: z.string(), path: z.string().optional() }),
  async handler({ id, path }, context) {
    const entry = CHECKS.find((check) => check.id === id);
    if (!entry) {
      return reject({
        code: 'check-unknown',
        message: `there is no check "${id}"`,
        target: id,
        fix: `use one of: ${CHECKS.map((check) => check.id).join(', ')}`,
      });
    }
    const tree = await readTree(resolve(context.cwd, path ?? '.'));
    if (!tree.ok) return tree;
    const check = await entry.load();
    const result = await check.run(tree.value);
    return accept({ data: { id, domain: entry.domain, title: entry.title, ...result } }, tree.diagnostics);
  },
  render({ title, findings, notes, unchecked = [] }) {
    const bullets = findings.length > 0 ? findings.map(writeBullet) : ['None.'];
    return [
      `# ${title}`,
      '',
      '## Findings',
      ...bullets,
      ...section('Not checked', unchecked),
      ...section('Notes', notes),
    ].join('\n');
  },
});

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, ...lines.map((line) => `- ${plainText(line)}`)];
}
