/** What came since a list was made. */
export interface ListNews {
  /** Devices that would be in it. */
  readonly added: number;
  /** Devices that would be in it no longer. */
  readonly gone: number;
  /** The same devices, in another order. */
  readonly moved: boolean;
}

const NOTHING: ListNews = { added: 0, gone: 0, moved: false };

/**
 * A list that is read keeps its order: what it would be now is only told.
 * @param sorted the names of those that fit, in the order that they would have
 */
export function listNews(shown: readonly string[], sorted: readonly string[]): ListNews {
  if (shown === sorted) return NOTHING;
  const had = new Set(shown);
  const added = sorted.filter((device) => !had.has(device)).length;
  const gone = shown.length - (sorted.length - added);
  const same = added === 0 && gone === 0;
  return { added, gone, moved: same && sorted.some((device, i) => device !== shown[i]) };
}

/** In words for a button; null: nothing came. */
export function newsInWords({ added, gone, moved }: ListNews): string | null {
  if (added === 0 && gone === 0) return moved ? 'Order has changed' : null;
  if (gone === 0) return `${added.toLocaleString('en')} new`;
  return added === 0
    ? `${gone.toLocaleString('en')} no longer fit`
    : `${added.toLocaleString('en')} new, ${gone.toLocaleString('en')} no longer fit`;
}
