/** Maximum number of worker files that one coordinator reads. */
export const MAX_WORKER_FILES = 8;
/** Maximum number of coordinators' results in one context. */
export const MAX_SUMMARIES = 5;

export interface CoordinatorNode {
  id: string;
  domain: string;
  name: string;
  inputs: string[];
  /** 1 for those that read workers, one more for each layer of coordinators above. */
  level: number;
}

/**
 * The coordinators of a plan: one a domain, with sub-coordinators below it where it has more than 8 workers, and
 * above the domains where there are more than 5 of them, so that no context ever receives more than 5 summaries.
 */
export function planCoordinators(
  domains: readonly { id: string; name: string; workers: readonly string[] }[],
): CoordinatorNode[] {
  const nodes: CoordinatorNode[] = [];
  const tops = domains.map((domain) => coordinateDomain(domain, nodes));
  narrow(tops, MAX_SUMMARIES, 'all', 'All domains', nodes);
  return nodes;
}

interface Domain {
  id: string;
  name: string;
  workers: readonly string[];
}

function coordinateDomain({ id, name, workers }: Domain, nodes: CoordinatorNode[]): CoordinatorNode {
  if (workers.length <= MAX_WORKER_FILES) {
    return push(nodes, { id: `coord-${id}`, domain: id, name, inputs: [...workers], level: 1 });
  }
  const first = split(workers, MAX_WORKER_FILES).map((inputs, index) =>
    push(nodes, {
      id: `coord-${id}.1.${index + 1}`,
      domain: id,
      name: `${name}, part ${index + 1}`,
      inputs,
      level: 1,
    }),
  );
  const { below, level } = narrow(first, MAX_SUMMARIES, id, name, nodes);
  return push(nodes, {
    id: `coord-${id}`,
    domain: id,
    name,
    inputs: below.map((node) => node.id),
    level: level + 1,
  });
}

/** Adds layers of coordinators above `below` until at most `most` are left. */
function narrow(
  below: CoordinatorNode[],
  most: number,
  domain: string,
  name: string,
  nodes: CoordinatorNode[],
) {
  let level = Math.max(...below.map((node) => node.level));
  let layer = below;
  while (layer.length > most) {
    level += 1;
    layer = split(layer, MAX_SUMMARIES).map((group, index) =>
      push(nodes, {
        id: `coord-${domain}.${level}.${index + 1}`,
        domain,
        name: `${name}, group ${index + 1} of layer ${level}`,
        inputs: group.map((node) => node.id),
        level,
      }),
    );
  }
  return { below: layer, level };
}

function push(nodes: CoordinatorNode[], node: CoordinatorNode): CoordinatorNode {
  nodes.push(node);
  return node;
}

/** Groups of nearly equal size, none over `most`, order kept. */
function split<T>(items: readonly T[], most: number): T[][] {
  const groups = Math.ceil(items.length / most);
  return Array.from({ length: groups }, (_, index) =>
    items.slice(
      Math.floor((index * items.length) / groups),
      Math.floor(((index + 1) * items.length) / groups),
    ),
  );
}
