export interface BisectionOptions<Item> {
  /** Asked before each commit: what it says no to is left out. */
  readonly takes: (item: Item) => boolean;
  /** All of them or none. */
  readonly commit: (batch: readonly Item[]) => Promise<void>;
  /** Whether a commit failed by its items: it fails again while they are in it. */
  readonly blamesItems: (error: unknown) => boolean;
  /** This one alone can't be committed. */
  readonly onRefused: (item: Item, error: unknown) => void;
}

/**
 * Commits a batch in its order; where one of its items can't be committed, all the others: by
 * halves, so that it costs some twenty commits in a thousand items.
 * @throws what the commit throws that is no item's fault
 */
export async function commitByBisection<Item>(
  batch: readonly Item[],
  options: BisectionOptions<Item>,
): Promise<void> {
  const items = batch.filter(options.takes);
  const [first] = items;
  if (first === undefined) return;
  try {
    await options.commit(items);
  } catch (error) {
    if (!options.blamesItems(error)) throw error;
    if (items.length === 1) {
      options.onRefused(first, error);
      return;
    }
    const half = Math.ceil(items.length / 2);
    await commitByBisection(items.slice(0, half), options);
    await commitByBisection(items.slice(half), options);
  }
}
