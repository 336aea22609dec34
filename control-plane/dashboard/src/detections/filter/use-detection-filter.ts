import { useMemo } from 'preact/hooks';
import { useLocation, useSearch } from 'wouter-preact';
import { type DetectionFilter, readFilter, writeFilter } from './detection-filter.ts';

/** What is looked for stands in the address: whoever is sent it sees the same. */
export function useDetectionFilter(): readonly [
  DetectionFilter,
  (filter: DetectionFilter) => void,
] {
  const search = useSearch();
  const [, navigate] = useLocation();
  const filter = useMemo(() => readFilter(new URLSearchParams(search)), [search]);
  const change = (to: DetectionFilter) => {
    const query = writeFilter(to);
    navigate(query.size === 0 ? '/detections' : `/detections?${query}`);
  };
  return [filter, change];
}
