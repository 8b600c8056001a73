import { plainText } from '../findings/plain-text.ts';
import { verbatim } from '../findings/verbatim.ts';
import { countOf } from '../findings/words.ts';
import type { Contract } from './contract.ts';
import { MODULES } from './contract-files.ts';
import type { ContractChange } from './diff.ts';
import { placeOfLock } from './locks.ts';
import { levelsOf } from './module-levels.ts';

/** A contract in lines for a human reader: modules by level, commands verbatim, locks, decisions. */
export function describeContract({
  modules,
  locks,
  decisions,
}: Pick<Contract, 'modules' | 'locks' | 'decisions'>): string[] {
  const byName = new Map(modules.modules.map((module) => [module.name, module]));
  const levels = levelsOf(modules.modules).flatMap((level, n) => [
    `level ${n + 1}`,
    ...level.flatMap((name) => {
      const module = byName.get(name);
      if (!module) return [];
      const { builder_model, estimated_complexity, depends_on, paths } = module;
      const after = depends_on.length > 0 ? `, after ${depends_on.join(', ')}` : '';
      return [
        `  ${name.padEnd(20)}  ${builder_model}, ${estimated_complexity}${after}`,
        `  ${''.padEnd(20)}  ${plainText(paths.join(' '), 400)}`,
      ];
    }),
  ]);
  return [
    `${plainText(modules.project, 120)}: ${countOf(modules.modules.length, 'module')}`,
    ...levels,
    ...(modules.shared_paths.length > 0 ? [`shared: ${plainText(modules.shared_paths.join(' '), 400)}`] : []),
    'commands',
    ...commandsOfContract({ modules, locks }).map(
      ({ target, command }) => `  ${verbatim(command)}  (${target})`,
    ),
    ...(locks.length > 0 ? ['locks'] : []),
    ...locks.map(
      ({ kind, name, lock_level, locked_by, assertion }) =>
        `  ${lock_level.padEnd(8)}  ${kind} ${name} (${plainText(locked_by)}): ${plainText(assertion, 200)}`,
    ),
    ...(decisions.length > 0 ? ['decisions'] : []),
    ...decisions.map(({ path, status }) => `  ${path}: ${plainText(status, 60)}`),
  ];
}

/** Formats a change: one line, with its fields and lines below. */
export function describeChange({ what, name, how, fields = [], lines }: ContractChange): string[] {
  const count = lines ? ` (${lines.added} lines added, ${lines.removed} removed)` : '';
  // Show no fields of a new or removed entry.
  const shown = how === 'changed' ? fields : [];
  return [
    `${how.padEnd(7)}  ${what} ${plainText(name)}${count}`,
    ...shown.map(
      ({ field, before = 'nothing', after = 'nothing' }) =>
        `         ${field}: ${plainText(before, 200)} → ${plainText(after, 200)}`,
    ),
  ];
}

/** A command of a contract that the engine will start, shown to the human who approves it. */
export interface ContractCommand {
  target: string;
  command: string;
}

/** Every command of a contract that the engine will start. */
export function commandsOfContract({
  modules,
  locks,
}: Pick<Contract, 'modules' | 'locks'>): ContractCommand[] {
  const own = modules.modules.flatMap(({ test_command: command }, m) =>
    command === undefined ? [] : [{ target: `${MODULES} $.modules[${m}].test_command`, command }],
  );
  const checks = locks.flatMap((lock) =>
    lock.check && 'command' in lock.check
      ? [{ target: `${placeOfLock(lock)}.check.command`, command: lock.check.command }]
      : [],
  );
  return [
    { target: `${MODULES} $.test_command`, command: modules.test_command },
    { target: `${MODULES} $.integration_test_command`, command: modules.integration_test_command },
    ...own,
    ...checks,
  ];
}
