/** Rows of one statement: SQLite takes 32,766 parameters, others fewer. */
const BATCH = 500;

export function inBatches<Item>(items: readonly Item[]): Item[][] {
  const batches: Item[][] = [];
  for (let from = 0; from < items.length; from += BATCH)
    batches.push(items.slice(from, from + BATCH));
  return batches;
}
