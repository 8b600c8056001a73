/// <reference lib="dom" />
import type { PageChild, PageNode } from './parts/nodes.ts';

const SVG = 'http://www.w3.org/2000/svg';

interface Shown {
  given: PageChild;
  node: Node;
}

const shownIn = new WeakMap<Element, Shown[]>();

/** Makes the children of an element equal to these nodes; what is the same stays as it is. */
export function patchChildren(parent: Element, children: readonly PageChild[]): void {
  const before = shownIn.get(parent) ?? [];
  const byKey = new Map(before.map((shown, at) => [keyOf(shown.given, at), shown]));
  const after = children.map((given, at): Shown => {
    const key = keyOf(given, at);
    const old = byKey.get(key);
    byKey.delete(key);
    if (old?.given === given) return old;
    return { given, node: old ? patchNode(old, given, parent) : createNode(given, parent) };
  });
  for (const { node } of byKey.values()) node.parentNode?.removeChild(node);
  let next = parent.firstChild;
  for (const { node } of after) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
  while (next) {
    const extra = next;
    next = next.nextSibling;
    parent.removeChild(extra);
  }
  shownIn.set(parent, after);
}

function keyOf(given: PageChild, at: number): string {
  if (typeof given === 'string') return `text ${at}`;
  const { key } = given.attributes;
  return key === undefined ? `${given.tag} ${at}` : `key ${key}`;
}

function createNode(given: PageChild, parent: Element): Node {
  if (typeof given === 'string') return document.createTextNode(given);
  const isSvg = given.tag === 'svg' || (parent.namespaceURI === SVG && parent.tagName !== 'foreignObject');
  const element = isSvg ? document.createElementNS(SVG, given.tag) : document.createElement(given.tag);
  for (const [name, value] of Object.entries(given.attributes)) setAttribute(element, name, value);
  patchChildren(element, given.children);
  return element;
}

function patchNode(old: Shown, given: PageChild, parent: Element): Node {
  if (typeof given === 'string') {
    if (typeof old.given !== 'string') return createNode(given, parent);
    if (old.given !== given) (old.node as Text).data = given;
    return old.node;
  }
  if (typeof old.given === 'string' || old.given.tag !== given.tag) return createNode(given, parent);
  const { memo } = given.attributes;
  if (memo !== undefined && memo === old.given.attributes.memo) return old.node;
  patchAttributes(old.node as Element, old.given, given);
  patchChildren(old.node as Element, given.children);
  return old.node;
}

function patchAttributes(element: Element, before: PageNode, after: PageNode): void {
  for (const name of Object.keys(before.attributes))
    if (!(name in after.attributes)) element.removeAttribute(name);
  for (const [name, value] of Object.entries(after.attributes))
    if (before.attributes[name] !== value) setAttribute(element, name, value);
}

/** Sets one attribute. Nothing that runs code or leaves the page is set. */
function setAttribute(element: Element, name: string, value: string | number | boolean | undefined): void {
  if (name === 'key' || name === 'memo' || /^on|^style$|^srcdoc$|^src$/i.test(name)) return;
  if (name === 'href' && !String(value).startsWith('#')) return;
  if (name === 'value' && element instanceof HTMLInputElement) {
    if (element !== document.activeElement) element.value = String(value ?? '');
    return;
  }
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}
