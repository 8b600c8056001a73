import { quoteName } from '../run/ledger/names.ts';
import { findCycle } from '../run/plan/waves.ts';
import { parseCommand } from '../system/command-line.ts';
import type { Problem } from '../system/result.ts';
import { interfaceFileOf, MODULES, placeIn } from './contract-files.ts';
import type { ModuleDraft, ModulesDraft } from './modules.schema.ts';

/** Checks what the schema of `modules.json` cannot express: names, dependencies, orders, commands. Accepts a document with faults. */
export function checkModules(document: ModulesDraft): Problem[] {
  const { modules } = document;
  const cycle = cycleOf(modules);
  return [
    ...findTwice(modules),
    ...modules.flatMap((module, m) => checkInterface(module, m)),
    ...modules.flatMap((module, m) => findUnknown(module, m, modules)),
    ...(cycle ? [circular(cycle)] : []),
    ...checkOrder(document, 'build_order', cycle === undefined),
    ...checkOrder(document, 'assembly_order', cycle === undefined),
    ...checkCommands(document),
  ];
}

/** The names of the modules that have one. */
export function namesOf(modules: readonly ModuleDraft[]): string[] {
  return modules.flatMap(({ name }) => name ?? []);
}

/** Whether no module has this name; false while the name of any module is unreadable, because that module may have it. */
function isUnknown(name: string, modules: readonly ModuleDraft[]): boolean {
  return modules.every((module) => module.name !== undefined && module.name !== name);
}

function cycleOf(modules: readonly ModuleDraft[]): string[] | undefined {
  return findCycle(
    modules.flatMap(({ name, depends_on: after }) =>
      name === undefined ? [] : [{ id: name, model: null, after }],
    ),
  );
}

function findTwice(modules: readonly ModuleDraft[]): Problem[] {
  const first = new Map<string, number>();
  return modules.flatMap(({ name }, m) => {
    if (name === undefined) return [];
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, m);
      return [];
    }
    const target = placeIn(MODULES, ['modules', m, 'name']);
    const message = `${target}: ${placeIn(MODULES, ['modules', before])} is called ${quoteName(name)} too`;
    return [{ code: 'contract-module-twice', message, target, fix: 'give each module a name of its own' }];
  });
}

function checkInterface({ name, interface: given }: ModuleDraft, m: number): Problem[] {
  if (name === undefined || given === undefined) return [];
  const wanted = interfaceFileOf(name);
  if (given === wanted) return [];
  const target = placeIn(MODULES, ['modules', m, 'interface']);
  const message = `${target} is ${quoteName(given)}; the interface of ${name} is in ${wanted}`;
  return [{ code: 'contract-interface-place', message, target, fix: `write "${wanted}"` }];
}

function findUnknown({ depends_on }: ModuleDraft, m: number, modules: readonly ModuleDraft[]): Problem[] {
  return depends_on.flatMap((name, d) => {
    if (!isUnknown(name, modules)) return [];
    const target = placeIn(MODULES, ['modules', m, 'depends_on', d]);
    const message = `${target}: there is no module ${quoteName(name)}`;
    return [
      { code: 'contract-unknown-module', message, target, fix: 'add that module, or leave the name out' },
    ];
  });
}

function circular(cycle: readonly string[]): Problem {
  const target = placeIn(MODULES, ['modules']);
  return {
    code: 'contract-cycle',
    message: `${target}: modules depend on each other in a circle: ${cycle.join(' → ')}`,
    target,
    fix: 'move what both need into a module of its own that neither uses in return',
  };
}

function checkOrder(
  { modules, ...document }: ModulesDraft,
  key: 'build_order' | 'assembly_order',
  isSortable: boolean,
): Problem[] {
  const order = document[key];
  if (order === undefined) return [];
  const problems: Problem[] = [];
  const add = (path: readonly PropertyKey[], why: string, fix: string) => {
    const target = placeIn(MODULES, [key, ...path]);
    problems.push({ code: 'contract-order', message: `${target}: ${why}`, target, fix });
  };
  const places = new Map<string, number>();
  order.forEach((name, at) => {
    if (isUnknown(name, modules))
      add([at], `there is no module ${quoteName(name)}`, 'leave it out, or add that module');
    else if (!places.has(name)) places.set(name, at);
    else add([at], `${name} is listed twice`, 'list each module once');
  });
  for (const name of new Set(namesOf(modules))) {
    if (!places.has(name)) add([], `${name} is missing`, 'name each module once');
  }
  if (!isSortable) return problems;
  for (const { name, depends_on } of modules) {
    const place = name === undefined ? undefined : places.get(name);
    if (place === undefined) continue;
    const late = depends_on.find((needed) => (places.get(needed) ?? -1) > place);
    if (late !== undefined)
      add([place], `${name} is listed before its dependency ${late}`, `move ${late} before ${name}`);
  }
  return problems;
}

function checkCommands(document: ModulesDraft): Problem[] {
  return [
    { path: ['test_command'], command: document.test_command },
    { path: ['integration_test_command'], command: document.integration_test_command },
    ...document.modules.map(({ test_command: command }, m) => ({
      path: ['modules', m, 'test_command'],
      command,
    })),
  ].flatMap(({ path, command }) =>
    command === undefined ? [] : checkCommand(command, placeIn(MODULES, path)),
  );
}

/** Returns faults of a command that cannot be started without a shell. */
export function checkCommand(command: string, target: string): Problem[] {
  const parsed = parseCommand(command, target);
  if (!parsed.ok) return parsed.diagnostics.map(({ severity: _, ...problem }) => problem);
  const [program = ''] = parsed.value;
  if (!/^\w+=/.test(program)) return [];
  const message = `${target}: the command starts with ${quoteName(program)}; only a shell sets a variable like that`;
  return [{ code: 'command-not-plain', message, target, fix: `write env ${command}` }];
}
