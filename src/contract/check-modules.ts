import { parseCommand } from '../plan/command.ts';
import { findCycle } from '../plan/waves.ts';
import { quoteName } from '../run/names.ts';
import { interfaceFileOf, MODULES } from './contract-files.ts';
import type { Module, ModulesDocument } from './modules.schema.ts';
import { type Problem, placeIn } from './schema-faults.ts';

/** What the schema of `modules.json` cannot say: names, dependencies, orders, commands. */
export function checkModules(document: ModulesDocument): Problem[] {
  const { modules } = document;
  const known = new Set(modules.map(({ name }) => name));
  const cycle = cycleOf(modules);
  return [
    ...findTwice(modules),
    ...modules.flatMap((module, m) => checkInterface(module, m)),
    ...modules.flatMap((module, m) => findUnknown(module, m, known)),
    ...(cycle ? [circular(cycle)] : []),
    ...checkOrder(document, 'build_order', cycle === undefined),
    ...checkOrder(document, 'assembly_order', cycle === undefined),
    ...checkCommands(document),
  ];
}

function cycleOf(modules: readonly Module[]): string[] | undefined {
  return findCycle(modules.map(({ name, depends_on: after }) => ({ id: name, model: null, after })));
}

function findTwice(modules: readonly Module[]): Problem[] {
  const first = new Map<string, number>();
  return modules.flatMap(({ name }, m) => {
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

function checkInterface({ name, interface: given }: Module, m: number): Problem[] {
  const wanted = interfaceFileOf(name);
  if (given === wanted) return [];
  const target = placeIn(MODULES, ['modules', m, 'interface']);
  const message = `${target} is ${quoteName(given)}; the interface of ${name} is in ${wanted}`;
  return [{ code: 'contract-interface-place', message, target, fix: `write "${wanted}"` }];
}

function findUnknown({ depends_on }: Module, m: number, known: ReadonlySet<string>): Problem[] {
  return depends_on.flatMap((name, d) => {
    if (known.has(name)) return [];
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
  { modules, ...document }: ModulesDocument,
  key: 'build_order' | 'assembly_order',
  isSortable: boolean,
): Problem[] {
  const order = document[key];
  const problems: Problem[] = [];
  const add = (path: readonly PropertyKey[], why: string, fix: string) => {
    const target = placeIn(MODULES, [key, ...path]);
    problems.push({ code: 'contract-order', message: `${target}: ${why}`, target, fix });
  };
  const known = new Set(modules.map(({ name }) => name));
  order.forEach((name, at) => {
    if (!known.has(name))
      add([at], `there is no module ${quoteName(name)}`, 'leave it out, or add that module');
    else if (order.indexOf(name) < at) add([at], `${name} stands there twice`, 'name each module once');
  });
  for (const name of known) {
    if (!order.includes(name)) add([], `${name} is missing`, 'name each module once');
  }
  if (!isSortable) return problems;
  const places = new Map(order.map((name, at) => [name, at]));
  for (const { name, depends_on } of modules) {
    const place = places.get(name);
    if (place === undefined) continue;
    const late = depends_on.find((needed) => (places.get(needed) ?? -1) > place);
    if (late !== undefined)
      add([place], `${name} stands before ${late}, which it depends on`, `move ${late} before ${name}`);
  }
  return problems;
}

function checkCommands(document: ModulesDocument): Problem[] {
  const own = document.modules.flatMap(({ test_command }, m) =>
    test_command === undefined ? [] : [{ path: ['modules', m, 'test_command'], command: test_command }],
  );
  return [
    { path: ['test_command'], command: document.test_command },
    { path: ['integration_test_command'], command: document.integration_test_command },
    ...own,
  ].flatMap(({ path, command }) => checkCommand(command, placeIn(MODULES, path)));
}

/** Why a command cannot be started without a shell; nothing if it can. */
export function checkCommand(command: string, target: string): Problem[] {
  const parsed = parseCommand(command, target);
  if (!parsed.ok) return parsed.diagnostics.map(({ severity: _, ...problem }) => problem);
  const [program = ''] = parsed.value;
  if (!/^\w+=/.test(program)) return [];
  const message = `${target}: the command starts with ${quoteName(program)}; only a shell sets a variable like that`;
  return [{ code: 'command-not-plain', message, target, fix: `write env ${command}` }];
}
