import { setTimeout as delay } from 'node:timers/promises';

/** Longest that nothing is begun at once: a late timer must not become a burst. */
const LATE = 100;

/**
 * Begins work at an even pace, in its order, at most so much at the same time.
 * @param perSecond begun in a second
 * @throws the first error of the work; nothing more is begun then
 */
export async function ramp<Item>(
  items: Iterable<Item>,
  { perSecond, atOnce, signal }: { perSecond: number; atOnce: number; signal: AbortSignal },
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const atIt = new Set<Promise<void>>();
  let failed: { readonly error: unknown } | null = null;
  let due = performance.now();
  for (const item of items) {
    const wait = due - performance.now();
    if (wait > 1) await delay(wait, undefined, { signal }).catch(() => {});
    if (atIt.size >= atOnce) await Promise.race(atIt);
    if (signal.aborted || failed) break;
    due = Math.max(due + 1000 / perSecond, performance.now() - LATE);
    const done = work(item)
      .catch((error: unknown) => {
        failed ??= { error };
      })
      .finally(() => atIt.delete(done));
    atIt.add(done);
  }
  await Promise.all(atIt);
  // Set within the work: the compiler does not see it.
  const { error } = (failed as { readonly error: unknown } | null) ?? {};
  if (error) throw error;
}
