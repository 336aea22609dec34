/**
 * What of the stream is on its way, as values. `sent`: the last number that was sent; `inFlight`:
 * the last number of each entry that was sent and is not known to be stored; `replayThrough`: what
 * was sent before, or kept while there was no connection.
 */
export interface DeliveryWindow {
  readonly sent: number;
  readonly inFlight: readonly { readonly last: number; readonly acknowledged: boolean }[];
  readonly replayThrough: number;
}

/** Begins anew: everything from `oldestSeq` on is sent again. */
export function restartWindow(oldestSeq: number, replayThrough: number): DeliveryWindow {
  return { sent: oldestSeq - 1, inFlight: [], replayThrough };
}

export function markSent(window: DeliveryWindow, last: number): DeliveryWindow {
  const inFlight = [...window.inFlight, { last, acknowledged: false }];
  return { ...window, sent: Math.max(window.sent, last), inFlight };
}

/** Everything up to `through` is stored. */
export function markStored(window: DeliveryWindow, through: number): DeliveryWindow {
  const inFlight = window.inFlight.filter(({ last }) => last > through);
  return { ...window, sent: Math.max(window.sent, through), inFlight };
}

/**
 * The broker took the entry that ends with `last`. `through`: it took everything up to there; null
 * when it did not.
 */
export function markAcknowledged(
  window: DeliveryWindow,
  last: number,
): { readonly window: DeliveryWindow; readonly through: number | null } {
  const inFlight = window.inFlight.map((entry) =>
    entry.last === last ? { last, acknowledged: true } : entry,
  );
  const waiting = inFlight.findIndex(({ acknowledged }) => !acknowledged);
  const taken = waiting === -1 ? inFlight : inFlight.slice(0, waiting);
  const through = taken.at(-1)?.last ?? null;
  return { window: { ...window, inFlight: inFlight.slice(taken.length) }, through };
}
