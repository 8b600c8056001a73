import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a program that answers like a security tool: to a version argument `9.8.7`, else with `report`, into the file that its arguments name or
 * else on standard output, and the name of that file into `.{name}.out`. `before`: shell lines that it runs first.
 */
export function writeFakeTool(
  folder: string,
  name: string,
  report: string,
  { code = 0, before = '' } = {},
): void {
  mkdirSync(folder, { recursive: true });
  const data = join(folder, `.${name}.data`);
  writeFileSync(data, report);
  const script = `#!/bin/sh
case "$1" in version|--version|-version) echo "${name} 9.8.7"; exit 0;; esac
${before}
out=
for word in "$@"; do case "$word" in */report-*) out="\${word#-out=}"; out="\${out#--output=}";; esac; done
if [ -n "$out" ]; then basename "$out" >'${join(folder, `.${name}.out`)}'; cat '${data}' > "$out"; else cat '${data}'; fi
exit ${code}
`;
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
}
