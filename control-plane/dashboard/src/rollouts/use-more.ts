import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { withQuery } from '../api/path.ts';

interface Paged {
  readonly next: string | null;
}

interface More<Page> {
  readonly pages: readonly Page[];
  readonly next: string | null;
  readonly read: () => Promise<void>;
}

/**
 * Pages of a list after its first, read when asked for; of another list it begins anew.
 * @param list its path with what filters it
 * @param first where the first page ends; null: there is no more
 */
export function useMore<Page extends Paged>(
  list: string,
  query: Readonly<Record<string, string | number>>,
  first: string | null,
): More<Page> {
  const [pages, setPages] = useState<readonly Page[]>([]);
  const key = withQuery(list, query);
  // What was read of another list says nothing of this one.
  useEffect(() => setPages([]), [key]);
  const last = pages.at(-1);
  const next = last ? last.next : first;
  const read = async () => {
    const page = await api.get<Page>(withQuery(list, { ...query, cursor: next }));
    setPages((before) => [...before, page]);
  };
  return { pages, next, read };
}
