import { isPair, isScalar, isSeq, type ParsedNode, parseDocument, visit } from 'yaml';

export type KeyPath = (string | number)[];

/**
 * Finds the keys that an object of a JSON text has more than once; `JSON.parse` keeps only the last of them.
 * @param text valid JSON, so each parse error other than a duplicate key is a limit of the parser.
 * @returns the path of each repeated key, in the order of the text; undefined if the parser could not read all of the text.
 */
export function findDuplicateKeys(text: string): KeyPath[] | undefined {
  const document = parseDocument<ParsedNode>(text, {
    schema: 'json',
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return undefined;
  const duplicateStarts = new Set(document.errors.map(({ pos }) => pos[0]));
  const paths: KeyPath[] = [];
  if (duplicateStarts.size === 0) return paths;
  visit(document, {
    Pair(_, pair, ancestors) {
      const start = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
      if (start !== undefined && duplicateStarts.has(start)) paths.push(pathOf([...ancestors, pair]));
    },
  });
  return paths;
}

function pathOf(nodes: readonly unknown[]): KeyPath {
  return nodes.flatMap((node, index): KeyPath => {
    if (isPair(node)) return [isScalar(node.key) ? String(node.key.value) : ''];
    return isSeq(node) ? [node.items.indexOf(nodes[index + 1])] : [];
  });
}
