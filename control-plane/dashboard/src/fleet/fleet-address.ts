import { useMemo } from 'preact/hooks';
import { useLocation, useSearch } from 'wouter-preact';
import { type FleetFilter, filterHref, readFilter, writeFilter } from './rows/fleet-filter.ts';
import { readSorting, type Sorting, writeSorting } from './rows/sorting.ts';

type FleetForm = 'grid' | 'table';

export interface FleetAddress {
  readonly filter: FleetFilter;
  readonly sorting: Sorting;
  readonly form: FleetForm;
  /** @param typed part of a word: it takes the place of what was typed before, for going back */
  readonly setFilter: (filter: FleetFilter, typed?: boolean) => void;
  readonly setSorting: (sorting: Sorting) => void;
  readonly setForm: (form: FleetForm) => void;
  /** Shows what another filter lets through, in the same form and order. */
  readonly hrefOf: (filter: string) => string;
}

/** All that is chosen on the page stands in its address: whoever is sent it sees the same. */
export function useFleetAddress(): FleetAddress {
  const search = useSearch();
  const [, navigate] = useLocation();
  const { query, filter, sorting } = useMemo(() => {
    const query = new URLSearchParams(search);
    return { query, filter: readFilter(query), sorting: readSorting(query.get('sort')) };
  }, [search]);
  const go = (to: URLSearchParams, replace: boolean) =>
    navigate(to.size === 0 ? '/' : `/?${to}`, { replace });
  const set = (name: string, value: string | null) => {
    const to = new URLSearchParams(query);
    if (value === null) to.delete(name);
    else to.set(name, value);
    go(to, true);
  };
  return {
    filter,
    sorting,
    form: query.get('view') === 'table' ? 'table' : 'grid',
    setFilter: (to, typed = false) => go(writeFilter(query, to), typed),
    setSorting: (to) => set('sort', writeSorting(to)),
    setForm: (to) => set('view', to === 'grid' ? null : to),
    hrefOf: (to) => filterHref(query, to),
  };
}
