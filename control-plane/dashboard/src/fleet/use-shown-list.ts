import { useMemo, useRef } from 'preact/hooks';
import type { FleetFilter } from './rows/fleet-filter.ts';
import type { Judged } from './rows/judged.ts';
import { listNews, newsInWords } from './rows/shown-list.ts';
import { type SortedList, sortedList } from './rows/sorted-list.ts';
import type { Sorting } from './rows/sorting.ts';

export interface ShownList {
  /** In an order that stays while one reads. */
  readonly names: readonly string[];
  /**
   * One of those as it is now, or as it was last known: one that was removed stays until the list
   * is made anew.
   */
  readonly deviceOf: (name: string) => Judged;
  /** What the list would be otherwise, in words; null: it is as it would be. */
  readonly news: string | null;
  /** Makes it as it would be. The page is drawn again by who asks. */
  readonly renew: () => void;
}

/**
 * @param reading whether somebody looks at a place in the list: it is not moved under their eyes
 */
export function useShownList(
  devices: ReadonlyMap<string, Judged>,
  filter: FleetFilter,
  sorting: Sorting,
  reading: () => boolean,
): ShownList {
  const last = useRef<SortedList | null>(null);
  const made = useRef<SortedList | null>(null);
  const list = useMemo(() => {
    last.current = sortedList(last.current, devices, filter, sorting);
    return last.current;
  }, [devices, filter, sorting]);
  const make = () => {
    made.current = list;
  };
  if (made.current?.filter !== filter || made.current.sorting !== sorting) make();
  const changed = newsInWords(listNews(made.current?.names ?? [], list.names));
  const isRead = changed !== null && reading();
  if (changed !== null && !isRead) make();

  const shown = made.current ?? list;
  return {
    names: shown.names,
    // Each stood there when the list was made.
    deviceOf: (name) => (devices.get(name) ?? shown.devices.get(name)) as Judged,
    news: isRead ? changed : null,
    renew: make,
  };
}
