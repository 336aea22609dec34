/**
 * What was read is given again for so long; who asks meanwhile waits for the same reading. A
 * failure is not kept.
 * @param millis from when it was asked for
 */
export function kept<Value>(
  read: () => Promise<Value>,
  millis: number,
  now: () => number = Date.now,
): () => Promise<Value> {
  let known: { readonly at: number; readonly value: Promise<Value> } | null = null;
  return () => {
    if (known && now() - known.at <= millis) return known.value;
    const mine = { at: now(), value: read() };
    known = mine;
    mine.value.catch(() => {
      if (known === mine) known = null;
    });
    return mine.value;
  };
}
