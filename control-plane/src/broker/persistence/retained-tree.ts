import type { KeptMessage } from './journal-changes.ts';
import { costOf, type PersistenceLimits } from './persistence-limits.ts';

interface Node {
  readonly children: Map<string, Node>;
  message: KeptMessage | null;
}

const createNode = (): Node => ({ children: new Map(), message: null });

/**
 * Retained messages by the levels of their topics: a filter without wildcards finds its message among any number of
 * others in a few steps (10,000 devices come back and each asks for its own).
 */
export class RetainedTree {
  readonly #limits: PersistenceLimits['retained'];
  readonly #root = createNode();
  #messages = 0;
  #bytes = 0;

  constructor(limits: PersistenceLimits['retained']) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#messages;
  }

  /** In place of the one before. @returns whether there was room */
  set(message: KeptMessage): boolean {
    const node = this.#nodeOf(message.topic);
    const before = node?.message;
    const bytes = this.#bytes + costOf(message) - (before ? costOf(before) : 0);
    const full = !before && this.#messages >= this.#limits.messages;
    if (full || bytes > this.#limits.bytes) return false;
    this.#createNodeOf(message.topic).message = message;
    this.#bytes = bytes;
    if (!before) this.#messages += 1;
    return true;
  }

  /** @returns whether there was one */
  delete(topic: string): boolean {
    const path = [this.#root];
    const levels = topic.split('/');
    for (const level of levels) {
      const next = path.at(-1)?.children.get(level);
      if (!next) return false;
      path.push(next);
    }
    const node = path.at(-1);
    if (!node?.message) return false;
    this.#bytes -= costOf(node.message);
    this.#messages -= 1;
    node.message = null;
    for (let i = path.length - 1; i > 0; i--) {
      const { message, children } = path[i] as Node;
      if (message || children.size > 0) break;
      path[i - 1]?.children.delete(levels[i - 1] as string);
    }
    return true;
  }

  /** Those whose topic the filter matches. Source: MQTT 3.1.1, 4.7. */
  match(filter: string): Generator<KeptMessage> {
    return matchLevels(this.#root, filter.split('/'), 0);
  }

  #nodeOf(topic: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const level of topic.split('/')) node = node?.children.get(level);
    return node;
  }

  #createNodeOf(topic: string): Node {
    let node = this.#root;
    for (const level of topic.split('/')) {
      const next = node.children.get(level) ?? createNode();
      node.children.set(level, next);
      node = next;
    }
    return node;
  }
}

function* matchLevels(
  node: Node,
  filter: readonly string[],
  depth: number,
): Generator<KeptMessage> {
  if (depth === filter.length) {
    if (node.message) yield node.message;
    return;
  }
  const level = filter[depth] as string;
  if (level !== '+' && level !== '#') {
    const next = node.children.get(level);
    if (next) yield* matchLevels(next, filter, depth + 1);
    return;
  }
  // `a/#` matches `a`, too.
  if (level === '#' && node.message) yield node.message;
  for (const [name, next] of node.children) {
    // [MQTT-4.7.2-1]
    if (depth === 0 && name.startsWith('$')) continue;
    yield* matchLevels(next, filter, level === '#' ? depth : depth + 1);
  }
}
