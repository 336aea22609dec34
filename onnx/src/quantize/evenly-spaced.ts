/**
 * At most so many of the items, evenly spaced: of what stands in order, such as class by class,
 * some of everything.
 */
export function evenlySpaced<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, items.length / most);
  return Array.from(
    { length: Math.min(most, items.length) },
    (_, i) => items[Math.floor(i * step)] as T,
  );
}
