import type { Node } from '@babel/types';
import { calledName, dottedName, isCall } from '../../../source/nodes.ts';
import { evaluateNode } from '../../flow/script-values.ts';
import type { SyntaxContext, SyntaxRule } from '../../rules/rule.ts';

const CLEANED = /sanitiz|purify|escape|encode|trusted|serialize|JSON\.stringify/i;

// True for constant markup, and for a value that passed through a function named like a sanitizer.
function isHarmless(value: Node | undefined, { source, file }: SyntaxContext): boolean {
  if (!value || CLEANED.test(source.slice(value.start ?? 0, value.end ?? 0))) return true;
  return evaluateNode(value, file, 'markup').level === 'constant';
}

// A name such as `template` says that the value is markup; where it comes from is not known.
function isMeantAsMarkup(value: Node, { file }: SyntaxContext): boolean {
  const name = dottedName(value) ?? calledName(value) ?? '';
  return IS_MARKUP.test(name) && evaluateNode(value, file, 'markup').level === 'unknown';
}

/** Names of values that are meant to be markup. */
const IS_MARKUP = /(?:html|markup|template|svg|icon|fragment)s?$/i;

const WHY = 'A value with markup can run scripts in the page; set textContent, or sanitize the value first.';

export const MARKUP_RULES: readonly SyntaxRule[] = [
  {
    id: 'raw-markup',
    severity: 'major',
    what: 'innerHTML is set from a value',
    why: WHY,
    hint: /\b(?:inner|outer)HTML\b/,
    types: ['AssignmentExpression'],
    matches: (node, _ancestors, context) =>
      node.type === 'AssignmentExpression' &&
      node.left.type === 'MemberExpression' &&
      node.left.property.type === 'Identifier' &&
      /^(?:inner|outer)HTML$/.test(node.left.property.name) &&
      // Copying the markup of one element to another adds no new content.
      !/(?:inner|outer)HTML$/.test(dottedName(node.right) ?? '') &&
      !isHarmless(node.right, context) &&
      !isMeantAsMarkup(node.right, context),
  },
  {
    id: 'raw-markup-call',
    severity: 'major',
    what: 'markup is written from a value',
    why: WHY,
    hint: /insertAdjacentHTML|document\.write/,
    types: ['CallExpression'],
    matches: (node, _ancestors, context) => {
      if (node.type !== 'CallExpression') return false;
      if (calledName(node) === 'insertAdjacentHTML') return !isHarmless(node.arguments[1], context);
      return isCall(node, /^document\.write(?:ln)?$/) && !isHarmless(node.arguments[0], context);
    },
  },
  {
    id: 'raw-markup-react',
    severity: 'minor',
    what: 'dangerouslySetInnerHTML with a value',
    why: 'React does not escape the value; sanitize it where it is created.',
    hint: /dangerouslySetInnerHTML/,
    types: ['JSXAttribute'],
    matches: (node, _ancestors, context) => {
      if (node.type !== 'JSXAttribute' || node.name.name !== 'dangerouslySetInnerHTML') return false;
      const { value } = node;
      if (value?.type !== 'JSXExpressionContainer' || value.expression.type !== 'ObjectExpression')
        return true;
      const [property] = value.expression.properties;
      return property?.type === 'ObjectProperty' ? !isHarmless(property.value, context) : true;
    },
  },
];
