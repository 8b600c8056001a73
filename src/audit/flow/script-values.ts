import type { CallExpression, File, Node } from '@babel/types';
import { calledName, dottedName, propertyOf } from '../../source/nodes.ts';
import { SCRIPT_BROWSER, SCRIPT_REQUEST, SCRIPT_REQUEST_CALL } from './flow-language.ts';
import { SCRIPT_HARMLESS, SCRIPT_NEUTRAL, SCRIPT_TRANSPARENT } from './sanitizers.ts';
import { readScriptScopes } from './script-scopes.ts';
import { CONSTANT, HOLE, type Level, type Purpose, type Value, worse } from './value.ts';

const MAX_DEPTH = 8;
const UNKNOWN: Value = { level: 'unknown', text: HOLE };
const FROM_REQUEST: Value = { level: 'request', text: HOLE };

/** Values that the operator of the program or its author sets. */
const TRUSTED =
  /^(?:process\.(?:env|argv0|execPath|pid|platform|arch|version)\b|__dirname$|__filename$|import\.meta\b|undefined$|NaN$)|(?:^|\.)[A-Z][A-Z0-9_]+$|\.length$|^(?:Messages|messages|i18n|lang|locale|strings|translations|l10n)\./;
const TRUSTED_CALL =
  /^(?:process\.cwd|os\.\w+|require\.resolve|fileURLToPath|tmpdir|homedir|Date\.now|Math\.\w+|performance\.now|crypto\.randomUUID|randomUUID|process\.hrtime|path\.dirname|getComputedStyle)$/;

/** Returns the value of an expression of a script, followed through the assignments of its function. */
export function evaluateNode(node: Node | null | undefined, file: File, purpose: Purpose, depth = 0): Value {
  if (!node) return CONSTANT;
  if (depth > MAX_DEPTH) return UNKNOWN;
  const next = (inner: Node | null | undefined) => evaluateNode(inner, file, purpose, depth + 1);
  switch (node.type) {
    case 'StringLiteral':
      return { level: 'constant', text: node.value };
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'BigIntLiteral':
    case 'RegExpLiteral':
    case 'TaggedTemplateExpression':
    case 'UnaryExpression':
    case 'UpdateExpression':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression':
      return { level: 'constant', text: ' ' };
    case 'TemplateLiteral':
      return joinValues(
        node.quasis.flatMap((quasi, i): Value[] => {
          const inserted = node.expressions[i];
          return [
            { level: 'constant', text: quasi.value.cooked ?? quasi.value.raw },
            ...(inserted ? [next(inserted)] : []),
          ];
        }),
      );
    case 'BinaryExpression':
      return node.operator === '+'
        ? joinValues([next(node.left), next(node.right)])
        : { level: 'constant', text: ' ' };
    case 'ConditionalExpression':
      return mergeAlternatives([next(node.consequent), next(node.alternate)]);
    case 'LogicalExpression':
      return mergeAlternatives(
        node.operator === '&&' ? [next(node.right)] : [next(node.left), next(node.right)],
      );
    case 'AwaitExpression':
    case 'SpreadElement':
      return next(node.argument);
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
    case 'TypeCastExpression':
      return next(node.expression);
    case 'AssignmentExpression':
      return next(node.right);
    case 'SequenceExpression':
      return next(node.expressions.at(-1));
    case 'ArrayExpression':
      return joinValues(node.elements.map((element) => next(element)));
    case 'ObjectExpression':
      return next(
        propertyOf(node, 'text') ??
          propertyOf(node, 'sql') ??
          propertyOf(node, 'query') ??
          propertyOf(node, 'url') ??
          propertyOf(node, '__html'),
      );
    case 'Identifier':
      return lookUp(node.name, node.start ?? 0, file, purpose, depth);
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return evaluateMember(node, purpose, next);
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression':
      return evaluateCall(node as CallExpression, purpose, next);
    default:
      return UNKNOWN;
  }
}

type Next = (inner: Node | null | undefined) => Value;

function evaluateMember(
  node: Extract<Node, { type: 'MemberExpression' | 'OptionalMemberExpression' }>,
  purpose: Purpose,
  next: Next,
): Value {
  const name = chainName(node);
  if (name !== undefined) {
    if (SCRIPT_REQUEST.test(name)) return FROM_REQUEST;
    if (purpose !== 'address' && purpose !== 'path' && SCRIPT_BROWSER.test(name)) return FROM_REQUEST;
    if (TRUSTED.test(name)) return { level: 'constant', text: ' ' };
  }
  const object = next(node.object);
  // The keys of a constant table are constants.
  if (
    node.object.type === 'Identifier' &&
    object.level === 'constant' &&
    /^[A-Z][A-Z0-9_]+$/.test(node.object.name)
  )
    return object;
  return object.level === 'request' ? FROM_REQUEST : UNKNOWN;
}

const PATH_CALL = /^path\.(?:posix\.|win32\.)?(?:join|resolve)$|^(?:join|resolve)$/;
/** Modules whose functions have no text of their own. */
const MODULE = /^(?:JSON|path|url|qs|Buffer|String|util|Array|querystring)$/;

function evaluateCall(node: CallExpression, purpose: Purpose, next: Next): Value {
  const dotted = chainName(node.callee as Node) ?? '';
  const name = calledName(node) ?? dotted;
  if (SCRIPT_REQUEST_CALL.test(dotted) && node.arguments.length > 0) return FROM_REQUEST;
  if (SCRIPT_NEUTRAL.test(name) || SCRIPT_HARMLESS[purpose].test(name) || TRUSTED_CALL.test(dotted))
    return { level: 'constant', text: ' ' };
  const object = objectOf(node);
  if (PATH_CALL.test(dotted) || SCRIPT_TRANSPARENT.test(name) || /^URL(?:SearchParams)?$/.test(dotted)) {
    const isText = object && !PATH_CALL.test(dotted) && !MODULE.test(dottedName(object) ?? '');
    const values = node.arguments
      .filter(({ type }) => !/Function/.test(type))
      .map((argument) => next(argument));
    return joinValues([...(isText ? [next(object)] : []), ...values]);
  }
  return evaluateResult(node, name, purpose, next);
}

// Judges the result of a function that is not known to pass its arguments on.
function evaluateResult(node: CallExpression, name: string, purpose: Purpose, next: Next): Value {
  const object = objectOf(node);
  const isBody = object && /^(?:json|text|formData)$/.test(name);
  if (isBody && next(object).level === 'request') return FROM_REQUEST;
  // What a function of the project makes of markup is judged where it makes it.
  const isOwnMarkup =
    purpose === 'markup' && node.arguments.every((argument) => next(argument).level !== 'request');
  return isOwnMarkup ? { level: 'constant', text: ' ' } : UNKNOWN;
}

function objectOf({ callee }: CallExpression): Node | undefined {
  return callee.type === 'MemberExpression' || callee.type === 'OptionalMemberExpression'
    ? callee.object
    : undefined;
}

function lookUp(name: string, at: number, file: File, purpose: Purpose, depth: number): Value {
  if (TRUSTED.test(name)) return { level: 'constant', text: ' ' };
  const found = readScriptScopes(file).findAssignments(name, at);
  if (!found || found.length === 0) return UNKNOWN;
  const values = found.map(({ node }) =>
    node === undefined ? UNKNOWN : evaluateNode(node, file, purpose, depth + 1),
  );
  return found.some(({ isAppended }) => isAppended) ? joinValues(values) : mergeAlternatives(values);
}

/** Returns the most dangerous of the values that an expression may have. */
function mergeAlternatives(values: readonly Value[]): Value {
  const level = values.reduce<Level>((worst, value) => worse(worst, value.level), 'constant');
  return { level, text: values.find((value) => value.level === level)?.text ?? '' };
}

/** Returns the value of a text that is made of several values. */
function joinValues(values: readonly Value[]): Value {
  const text = values.map((value) => value.text).join('');
  const level = values.reduce<Level>((worst, value) => worse(worst, value.level), 'constant');
  const hasText = text.replaceAll(HOLE, '').trim() !== '';
  return { level: level === 'unknown' && hasText ? 'built' : level, text };
}

/** Returns `a.b.c` for a chain of members, also through computed and optional steps, which end the name. */
function chainName(node: Node | null | undefined): string | undefined {
  if (!node) return undefined;
  if (node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression') {
    const left = chainName(node.object);
    if (left === undefined) return undefined;
    return node.computed || node.property.type !== 'Identifier'
      ? `${left}.[]`
      : `${left}.${node.property.name}`;
  }
  if (node.type === 'TSNonNullExpression' || node.type === 'TSAsExpression')
    return chainName(node.expression);
  if (node.type === 'MetaProperty') return 'import.meta';
  return dottedName(node);
}
