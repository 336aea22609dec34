import type { KeptMessage } from './journal-changes.ts';
import { costOf, type Loss, type RetainedLimits } from './persistence-limits.ts';
import { shareOf } from './retained-share.ts';

interface Node {
  readonly children: Map<string, Node>;
  message: KeptMessage | null;
}

interface Amount {
  messages: number;
  bytes: number;
}

const NOTHING: Readonly<Amount> = { messages: 0, bytes: 0 };

const createNode = (): Node => ({ children: new Map(), message: null });

/**
 * Retained messages by the levels of their topics: a filter without wildcards finds its message
 * among any number of others in a few steps (10,000 devices come back and each asks for its own).
 */
export class RetainedTree {
  readonly #limits: RetainedLimits;
  readonly #root = createNode();
  readonly #all: Amount = { messages: 0, bytes: 0 };
  readonly #shares = new Map<string, Amount>();

  constructor(limits: RetainedLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#all.messages;
  }

  /** In place of the one before. @returns for want of which room it is not kept; null: it is */
  set(message: KeptMessage): Loss | null {
    const { topic } = message;
    const before = this.#nodeOf(topic)?.message;
    const more: Amount = {
      messages: before ? 0 : 1,
      bytes: costOf(message) - (before ? costOf(before) : 0),
    };
    if (!fits(this.#all, more, this.#limits)) return 'retained-full';
    const share = shareOf(topic);
    const own = (share !== null && this.#shares.get(share)) || NOTHING;
    if (share !== null && !fits(own, more, this.#limits.ofDevice)) return 'device-retained-full';
    this.#createNodeOf(topic).message = message;
    this.#count(share, more);
    return null;
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
    this.#count(shareOf(topic), { messages: -1, bytes: -costOf(node.message) });
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

  #count(share: string | null, more: Amount): void {
    add(this.#all, more);
    if (share === null) return;
    const own = this.#shares.get(share) ?? { ...NOTHING };
    add(own, more);
    if (own.messages === 0) this.#shares.delete(share);
    else this.#shares.set(share, own);
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

/** One in place of another needs room for its bytes alone. */
const fits = (held: Readonly<Amount>, more: Amount, most: Readonly<Amount>): boolean =>
  (more.messages === 0 || held.messages < most.messages) && held.bytes + more.bytes <= most.bytes;

function add(held: Amount, more: Amount): void {
  held.messages += more.messages;
  held.bytes += more.bytes;
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
