import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';

/** What a YAML text may hold at most; more than that is an attack or an accident, and is answered at once. */
export const YAML_LIMITS = { tokens: 50_000, depth: 60, nodes: 100_000 } as const;

/** A complaint about a node, before it has a place. */
export type TellNode = (node: Node | Pair, what: string, fix: string) => void;

/** The value that every alias stands for: the latest anchor of its name above it. Complains of those without one. */
export function resolveAliases(root: Node | null, tell: TellNode): Map<Node, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Node, Node>();
  const visit = (node: unknown, depth: number): void => {
    if (depth > YAML_LIMITS.depth) return;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target) targets.set(node, target);
      else
        tell(node, `no anchor named "${node.source}" stands above`, `write "&${node.source}" before the value meant`);
    } else if (isPair(node)) {
      visit(node.key, depth);
      visit(node.value, depth);
    } else if (isScalar(node) || isMap(node) || isSeq(node)) {
      if (!isScalar(node)) for (const item of node.items) visit(item, depth + 1);
      // Set after its inside, so that an anchor is not known within its own value.
      if (node.anchor) anchors.set(node.anchor, node);
    }
  };
  visit(root, 0);
  return targets;
}

interface Conversion {
  readonly aliases: ReadonlyMap<Node, Node>;
  readonly tell: TellNode;
  /** What a text stands for: see `Source`. */
  readonly restore: (text: string) => string;
  budget: number;
}

/** Plain data from a node: aliases followed, merge keys merged, every size bounded. */
export function dataOf(root: Node | null, conversion: Omit<Conversion, 'budget'>): unknown {
  const state: Conversion = { ...conversion, budget: YAML_LIMITS.nodes };
  const value = convert(root, 0, state);
  if (state.budget < 0 && root) {
    state.tell(root, `the YAML stands for more than ${YAML_LIMITS.nodes} values`, 'use fewer aliases');
  }
  return value;
}

function convert(node: unknown, depth: number, state: Conversion): unknown {
  if (--state.budget < 0) return undefined;
  if (isNodeLike(node) && node.tag !== undefined && !CORE_TAGS.test(node.tag)) {
    const name = node.tag.replace('tag:yaml.org,2002:', '!!');
    state.tell(node, `the tag "${name}" means nothing here`, 'remove the tag');
    return undefined;
  }
  if (isAlias(node)) return convert(state.aliases.get(node), depth, state);
  if (isScalar(node)) return typeof node.value === 'string' ? state.restore(node.value) : node.value;
  if (!isMap(node) && !isSeq(node)) return null;
  if (depth >= YAML_LIMITS.depth) {
    state.tell(node, 'the YAML is nested too deeply', `nest at most ${YAML_LIMITS.depth} levels`);
    return undefined;
  }
  if (isSeq(node)) return node.items.map((item) => convert(item, depth + 1, state));
  return convertMap(node, depth, state);
}

function convertMap(map: YAMLMap, depth: number, state: Conversion): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const pair of map.items) {
    const key = keyOf(pair);
    if (key === undefined) {
      state.tell(isNodeLike(pair.key) ? pair.key : map, 'a key is not a text', 'write a plain word as the key');
    } else if (key === '<<') mergeInto(merged, pair, depth, state);
    else if (seen.has(key)) {
      const name = state.restore(key);
      state.tell(pair.key as Node, `the key "${name}" is there twice`, 'keep one of the two');
    } else {
      seen.add(key);
      put(own, state.restore(key), convert(pair.value, depth + 1, state));
    }
  }
  for (const [key, value] of Object.entries(own)) put(merged, key, value);
  return merged;
}

function mergeInto(into: Record<string, unknown>, pair: Pair, depth: number, state: Conversion): void {
  const value = convert(pair.value, depth + 1, state);
  for (const one of Array.isArray(value) ? value : [value]) {
    if (one === null || typeof one !== 'object' || Array.isArray(one)) {
      if (state.budget >= 0) {
        state.tell(pair.key as Node, 'a merge key "<<" merges something that is no mapping', 'write "<<: *anchor"');
      }
    } else {
      for (const [key, inner] of Object.entries(one)) if (!Object.hasOwn(into, key)) put(into, key, inner);
    }
  }
}

/** Sets an own property whatever its name: `__proto__` is a key like any other. */
function put(into: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(into, key, { value, enumerable: true, writable: true, configurable: true });
}

/** The key of a pair as text; undefined when it is a collection or nothing. */
export function keyOf(pair: Pair): string | undefined {
  const key = isScalar(pair.key) ? pair.key.value : pair.key;
  return key === null || key === undefined || typeof key === 'object' ? undefined : String(key);
}

/** The tags of plain data; the others stand for things that an experiment has no use for. */
const CORE_TAGS = /^(tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)|!)$/;

const isNodeLike = (node: unknown): node is Node => isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
