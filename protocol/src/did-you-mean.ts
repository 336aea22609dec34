import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean "source"?` when a known name is near enough, else nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const nearest = closest(name, known);
  const length = Math.max(name.length, nearest.length);
  // Two letters swapped are a distance of 2.
  const allowed = length < 4 ? 1 : Math.max(2, Math.floor(length * 0.4));
  return distance(name, nearest) <= allowed ? ` Did you mean "${nearest}"?` : '';
}
