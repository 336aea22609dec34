import { type FleetFilter, fitting } from './fleet-filter.ts';
import type { Judged } from './judged.ts';
import { comparing, type Sorted, type Sorting, sortable } from './sorting.ts';

type Devices = ReadonlyMap<string, Judged>;

/** The devices that fit, in order. */
export interface SortedList {
  readonly devices: Devices;
  readonly filter: FleetFilter;
  readonly sorting: Sorting;
  readonly sorted: readonly Sorted[];
  /** In that order; the same array while the order is the same. */
  readonly names: readonly string[];
}

/**
 * A list that is asked for again is not sorted again: those alone that changed are put in their
 * places.
 * @param before null: there was none
 */
export function sortedList(
  before: SortedList | null,
  devices: Devices,
  filter: FleetFilter,
  sorting: Sorting,
): SortedList {
  if (before?.filter === filter && before.sorting === sorting) return renewed(before, devices);
  const sorted = Array.from(devices.values())
    .filter(fitting(filter))
    .map((device) => sortable(device, sorting))
    .sort(comparing(sorting));
  return { devices, filter, sorting, sorted, names: sorted.map(nameOf) };
}

function renewed(before: SortedList, devices: Devices): SortedList {
  if (before.devices === devices) return before;
  const { filter, sorting } = before;
  const fits = fitting(filter);
  const changed = new Map<string, Judged>();
  const come: Sorted[] = [];
  let known = 0;
  devices.forEach((device, name) => {
    const was = before.devices.get(name);
    if (was !== undefined) known += 1;
    if (was === device) return;
    changed.set(name, device);
    if (fits(device) && !(was && fits(was))) come.push(sortable(device, sorting));
  });
  const someLeft = known < before.devices.size;
  let gone = 0;
  const stay: Sorted[] = [];
  for (const item of before.sorted) {
    const name = nameOf(item);
    const device = changed.get(name);
    if (device === undefined) {
      if (someLeft && !devices.has(name)) gone += 1;
      else stay.push(item);
      continue;
    }
    const now = sortable(device, sorting);
    if (!fits(device)) gone += 1;
    else if (now.key === item.key) stay.push(now);
    else come.push(now);
  }
  const sorted = merged(stay, come, comparing(sorting));
  const inOrder = come.length === 0 && gone === 0;
  return { devices, filter, sorting, sorted, names: inOrder ? before.names : sorted.map(nameOf) };
}

/** @param some in order, which the others are not */
function merged(
  some: readonly Sorted[],
  others: readonly Sorted[],
  compare: (a: Sorted, b: Sorted) => number,
): readonly Sorted[] {
  if (others.length === 0) return some;
  const into = [...others].sort(compare);
  const all: Sorted[] = [];
  let i = 0;
  for (const item of some) {
    for (let next = into[i]; next && compare(next, item) < 0; next = into[i]) {
      all.push(next);
      i += 1;
    }
    all.push(item);
  }
  return [...all, ...into.slice(i)];
}

const nameOf = ({ device }: Sorted): string => device.row.device;
