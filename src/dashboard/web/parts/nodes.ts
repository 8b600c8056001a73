/** Attributes of a node. `key` tells it among its siblings; a node with the same `memo` as before is not looked at again. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A part of the page as data: an element, or its text. */
export interface PageNode {
  tag: string;
  attributes: Attributes;
  children: readonly PageChild[];
}
export type PageChild = PageNode | string;
/** What a view may give as children: nothing is drawn for null, undefined and false. */
export type Given = PageChild | number | null | undefined | false | readonly Given[];

/** Makes an element. Pure: text stays text, so nothing in it can become markup. */
export function h(tag: string, attributes: Attributes = {}, ...children: readonly Given[]): PageNode {
  const flat: PageChild[] = [];
  collect(children, flat);
  return { tag, attributes, children: flat };
}

function collect(given: readonly Given[], flat: PageChild[]): void {
  for (const child of given) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) collect(child as readonly Given[], flat);
    else flat.push(typeof child === 'number' ? String(child) : (child as PageChild));
  }
}

/** The text of a node and of all in it, for tests and for labels. */
export function textOfNode(node: PageChild): string {
  return typeof node === 'string' ? node : node.children.map(textOfNode).join(' ');
}
