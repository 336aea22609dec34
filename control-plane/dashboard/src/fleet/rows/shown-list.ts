import type { FleetRow } from './fleet-row.ts';

/** What came since a list was made. */
export interface ListNews {
  /** Rows that would be in it. */
  readonly added: number;
  /** Rows that would be in it no longer. */
  readonly gone: number;
}

/** A list that is read keeps its order: what it would be now is only counted. */
export function listNews(shown: readonly string[], fitting: readonly FleetRow[]): ListNews {
  const had = new Set(shown);
  const added = fitting.filter(({ device }) => !had.has(device)).length;
  return { added, gone: shown.length - (fitting.length - added) };
}

/** In words for a button; null: nothing came. */
export function newsInWords({ added, gone }: ListNews): string | null {
  if (added === 0 && gone === 0) return null;
  if (gone === 0) return `${added.toLocaleString('en')} new`;
  return added === 0
    ? `${gone.toLocaleString('en')} no longer fit`
    : `${added.toLocaleString('en')} new, ${gone.toLocaleString('en')} no longer fit`;
}
