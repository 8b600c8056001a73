import type { CallExpression, File, Node, Statement, VariableDeclarator } from '@babel/types';
import { dottedName } from './nodes.ts';
import { parseScript } from './script.ts';
import { type Ancestors, walkScript } from './walk.ts';

/** What the syntax tree of a script says about its tests. Lines are 1-based. */
export interface ScriptTests {
  /** Names of the file for functions of a test library, such as `t` after `const t = require('node:test')`. */
  aliases: { cases: string[]; groups: string[] };
  /** Lines of calls that run only under a condition, or whose function ends before its last statement. */
  conditionalLines: ReadonlySet<number>;
  /** The line at which the file ends before its last statement, such as `process.exit(0)`. */
  endsAt?: number;
}

const TEST_LIBRARY =
  /^(?:node:test|vitest|mocha|ava|tape|tap|uvu|bun:test|@jest\/globals|@playwright\/test|@std\/testing\/bdd)$/;
const CASE_NAME = /^(?:it|test|specify|default)$/;
const GROUP_NAME = /^(?:describe|suite|context)$/;
const EXIT = /^(?:process\.(?:exit|abort|reallyExit|kill)|Deno\.exit|Bun\.exit)$/;

/** Reads the tests of a script by its syntax tree; undefined if it cannot be parsed. Pure. */
export function readScriptTests(path: string, language: 'js' | 'ts', text: string): ScriptTests | undefined {
  const file = parseScript({ path, language, text });
  if (!file) return undefined;
  const aliases: ScriptTests['aliases'] = { cases: [], groups: [] };
  const conditionalLines = new Set<number>();
  walkScript(file.program, (node, ancestors) => {
    collectAliases(node, aliases);
    if (node.type !== 'CallExpression' || !node.loc) return;
    if (isConditional(node, ancestors) || endsEarly(node)) conditionalLines.add(node.loc.start.line);
  });
  const endsAt = findEnd(file);
  return { aliases, conditionalLines, ...(endsAt === undefined ? {} : { endsAt }) };
}

function collectAliases(node: Node, aliases: ScriptTests['aliases']): void {
  if (node.type === 'ImportDeclaration' && TEST_LIBRARY.test(node.source.value))
    for (const { type, local, ...specifier } of node.specifiers) {
      if (type !== 'ImportSpecifier') addNamespace(aliases, local.name);
      else if ('imported' in specifier) addAlias(aliases, nameOf(specifier.imported), local.name);
    }
  if (node.type === 'VariableDeclarator') collectDeclared(node, aliases);
}

function collectDeclared({ id, init }: VariableDeclarator, aliases: ScriptTests['aliases']): void {
  if (!init) return;
  if (id.type === 'ObjectPattern' && isLibrary(init)) {
    for (const property of id.properties)
      if (property.type === 'ObjectProperty') addAlias(aliases, nameOf(property.key), nameOf(property.value));
    return;
  }
  const local = nameOf(id);
  if (isLibrary(init)) addNamespace(aliases, local);
  else if (init.type === 'MemberExpression' && isLibrary(init.object))
    addAlias(aliases, nameOf(init.property), local);
  else addAlias(aliases, nameOf(init), local);
}

/** `require('node:test')`. */
function isLibrary(node: Node): boolean {
  if (node.type !== 'CallExpression' || dottedName(node.callee) !== 'require') return false;
  const [library] = node.arguments;
  return library?.type === 'StringLiteral' && TEST_LIBRARY.test(library.value);
}

/** Empty for anything but a name. */
const nameOf = (node: Node) => (node.type === 'Identifier' ? node.name : '');

function addAlias({ cases, groups }: ScriptTests['aliases'], imported: string, local: string): void {
  if (imported === local || local === '') return;
  if (CASE_NAME.test(imported)) cases.push(local);
  if (GROUP_NAME.test(imported)) groups.push(local);
}

/** A library as a whole, which is often a function itself. */
function addNamespace({ cases, groups }: ScriptTests['aliases'], local: string): void {
  if (local === '') return;
  cases.push(local, `${local}.it`, `${local}.test`);
  groups.push(`${local}.describe`, `${local}.suite`);
}

/** Whether an ancestor decides if the node runs. */
function isConditional(node: Node, ancestors: Ancestors): boolean {
  return ancestors.some((ancestor, index) => {
    const child = ancestors[index + 1] ?? node;
    switch (ancestor.type) {
      case 'IfStatement':
      case 'ConditionalExpression':
      case 'WhileStatement':
        return child !== ancestor.test;
      case 'LogicalExpression':
        return child === ancestor.right;
      case 'SwitchCase':
        return true;
      default:
        return false;
    }
  });
}

/** Whether the function that a call is given returns before its last statement, always or under a condition. */
function endsEarly({ arguments: given }: CallExpression): boolean {
  const last = given.at(-1);
  if (last?.type !== 'ArrowFunctionExpression' && last?.type !== 'FunctionExpression') return false;
  if (last.body.type !== 'BlockStatement') return false;
  return last.body.body.slice(0, -1).some(isReturn);
}

function isReturn(statement: Statement): boolean {
  if (statement.type === 'ReturnStatement') return true;
  if (statement.type === 'BlockStatement') return statement.body.some(isReturn);
  return statement.type === 'IfStatement' && isReturn(statement.consequent);
}

function findEnd({ program }: File): number | undefined {
  return program.body.slice(0, -1).find((statement) => isReturn(statement) || exits(statement))?.loc?.start
    .line;
}

function exits(statement: Statement): boolean {
  if (statement.type === 'BlockStatement') return statement.body.some(exits);
  if (statement.type === 'IfStatement') return exits(statement.consequent);
  if (statement.type !== 'ExpressionStatement') return false;
  const { expression } = statement;
  if (expression.type !== 'CallExpression' || !EXIT.test(dottedName(expression.callee) ?? '')) return false;
  // An end with an exit code that is not 0 fails, so it hides nothing.
  const [code] = expression.arguments;
  return code?.type !== 'NumericLiteral' || code.value === 0;
}
