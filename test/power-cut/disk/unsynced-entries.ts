import type { Choice } from './choice.ts';
import type { EntryChange, NodeId } from './event.ts';

interface Unit {
  readonly name: string;
  readonly at: number;
  readonly changes: readonly EntryChange[];
  /** Is on disk only where that one is: a file that changes its folder is never nowhere. */
  readonly after: Unit | null;
  durable: boolean;
}

export type Entries = ReadonlyMap<NodeId, ReadonlyMap<string, NodeId>>;

/**
 * The names on a disk, and what was done to them since they were durable. Each change may be there
 * without those before it.
 */
export class UnsyncedEntries {
  #base: Entries;
  #units: readonly Unit[] = [];

  constructor(base: Entries) {
    this.#base = base;
  }

  /** What changes within one folder does so at once. */
  add(changes: readonly EntryChange[], at: number): void {
    const unit = { at, durable: false };
    if (new Set(changes.map(({ folder }) => folder)).size === 1) {
      this.#units = [...this.#units, { ...unit, name: `entries ${at}`, changes, after: null }];
      return;
    }
    let after: Unit | null = null;
    for (const change of changes) {
      const name = `entry ${at} of ${change.folder}`;
      const one: Unit = { ...unit, name, changes: [change], after };
      this.#units = [...this.#units, one];
      after = one;
    }
  }

  /** What was done before to the names in a folder is durable. */
  sync(folder: NodeId, begun: number): void {
    for (const unit of this.#units) {
      if (unit.at >= begun || unit.changes.every((change) => change.folder !== folder)) continue;
      for (let one: Unit | null = unit; one; one = one.after) one.durable = true;
    }
    const open = this.#units.findIndex(({ durable }) => !durable);
    const settled = open === -1 ? this.#units : this.#units.slice(0, open);
    this.#base = withUnits(this.#base, settled);
    this.#units = this.#units.slice(settled.length);
  }

  choices(): readonly Choice[] {
    return this.#open.map(({ name, at }) => ({ name, at: [at], extras: 0 }));
  }

  /** Null: no disk is so. @param options one of each choice */
  entries(options: readonly number[]): Entries | null {
    const chosen = new Set(this.#open.filter((_unit, i) => options[i]));
    const isThere = (unit: Unit) => unit.durable || chosen.has(unit);
    const units = this.#units.filter(isThere);
    return units.every(({ after }) => !after || isThere(after) || !this.#units.includes(after))
      ? withUnits(this.#base, units)
      : null;
  }

  /** All that has a name, or may have one. */
  get reachable(): ReadonlySet<NodeId> {
    const named = [...this.#base.values()].flatMap((names) => [...names.values()]);
    const maybe = this.#units.flatMap(({ changes }) => changes.map(({ node }) => node));
    return new Set([...named, ...maybe].filter((node) => node !== null));
  }

  get #open(): readonly Unit[] {
    return this.#units.filter(({ durable }) => !durable);
  }
}

function withUnits(base: Entries, units: readonly Unit[]): Entries {
  const folders = new Map(base);
  for (const { folder, name, node } of units.flatMap(({ changes }) => changes)) {
    const names = new Map(folders.get(folder));
    if (node === null) names.delete(name);
    else names.set(name, node);
    folders.set(folder, names);
  }
  return folders;
}
