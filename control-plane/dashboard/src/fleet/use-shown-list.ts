import { useMemo, useRef } from 'preact/hooks';
import { type FleetFilter, filterRows } from './rows/fleet-filter.ts';
import type { FleetRow } from './rows/fleet-row.ts';
import { listNews, newsInWords } from './rows/shown-list.ts';
import { type Sorting, sortRows } from './rows/sort-rows.ts';
import type { Clock } from './rows/standing.ts';

export interface ShownList {
  /** In an order that stays while one reads. */
  readonly rows: readonly FleetRow[];
  /** What the list would be otherwise, in words; null: it is as it would be. */
  readonly news: string | null;
  /** Makes it as it would be. The page is drawn again by who asks. */
  readonly renew: () => void;
}

interface Made {
  readonly key: string;
  readonly order: readonly string[];
  /** As they were last known: one that was removed stays until the list is made anew. */
  readonly rows: ReadonlyMap<string, FleetRow>;
}

/** @param reading whether somebody looks at a place in the list: it is not moved under their eyes */
export function useShownList(
  all: ReadonlyMap<string, FleetRow>,
  filter: FleetFilter,
  sorting: Sorting,
  clock: Clock,
  reading: () => boolean,
): ShownList {
  const made = useRef<Made | null>(null);
  const key = JSON.stringify([filter, sorting]);
  // What the filter says follows from its key.
  const fitting = useMemo(
    () => filterRows(all.values(), filter, clock),
    [all, key, clock.now, clock.silentAfterMillis],
  );
  // Figures move, and with them who is the hottest: at each look, not only when one comes or goes.
  const sorted = useMemo(() => sortRows(fitting, sorting, clock), [fitting, key]);
  const make = () => {
    made.current = { key, order: sorted.map(({ device }) => device), rows: all };
  };
  if (made.current?.key !== key) make();
  const changed = newsInWords(listNews(made.current?.order ?? [], sorted));
  const isRead = changed !== null && reading();
  if (changed !== null && !isRead) make();

  const { order = [], rows: before } = made.current ?? {};
  const rows = useMemo(
    () => order.flatMap((device) => all.get(device) ?? before?.get(device) ?? []),
    [order, all, before],
  );
  return { rows, news: isRead ? changed : null, renew: make };
}
