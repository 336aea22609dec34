/** How things lie in a list of which only what is seen is drawn. */
export interface Layout {
  /** Things beside one another. */
  readonly columns: number;
  /** In px, with the gap below. */
  readonly rowHeight: number;
}

/** Rows from `first` up to, without, `last`. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

export const rowsOf = (count: number, { columns }: Layout): number => Math.ceil(count / columns);

/**
 * The rows that are drawn: those that are seen, and as many px of them before and after as are
 * scrolled in a frame or two.
 * @param top where the window begins, from the top of the list; negative: above it
 */
export function visibleRange(
  count: number,
  layout: Layout,
  top: number,
  height: number,
  beyond: number,
): Range {
  const within = (row: number) => Math.max(0, Math.min(row, rowsOf(count, layout)));
  const first = within(Math.floor((top - beyond) / layout.rowHeight));
  return {
    first,
    last: Math.max(first, within(Math.ceil((top + height + beyond) / layout.rowHeight))),
  };
}

/**
 * Where an arrow, a page or an end leads from a place.
 * @returns null: the key means nothing here
 */
export function moved(
  key: string,
  from: number,
  count: number,
  { columns, page }: { readonly columns: number; readonly page: number },
): number | null {
  const to = {
    ArrowDown: from + columns,
    ArrowUp: from - columns,
    ...(columns > 1 && { ArrowRight: from + 1, ArrowLeft: from - 1 }),
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: count - 1,
  }[key];
  if (to === undefined || count === 0) return null;
  // Nothing is there yet: the first key goes to the first.
  if (from < 0) return 0;
  return Math.max(0, Math.min(to, count - 1));
}
