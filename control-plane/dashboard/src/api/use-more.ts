import { useRef, useState } from 'preact/hooks';
import { type Known, knownOf, type ListRequest, type Rest, restOf, STEPS, stepOf } from './more.ts';
import { withQuery } from './path.ts';
import type { Problem } from './problem.ts';
import { type ResourceOptions, useResource } from './use-resource.ts';

interface Paged {
  readonly next: string | null;
}

export interface More<Page> {
  /** As much as was asked for; while more of the same list is read, what is known of it. */
  readonly page: Page | null;
  readonly problem: Problem | null;
  readonly reload: () => void;
  readonly rest: Rest;
  /** Whether more was asked for, and is not here yet. */
  readonly busy: boolean;
  readonly showMore: () => void;
}

/**
 * The beginning of a list, as long as somebody wants it, kept fresh as a whole by events.
 * @param list its path
 * @param query what filters and sorts it
 */
export function useMore<Page extends Paged>(
  list: string,
  query: Readonly<Record<string, string | number>>,
  options: ResourceOptions,
): More<Page> {
  const filtered = withQuery(list, query);
  const [wanted, setWanted] = useState<ListRequest>({ list: filtered, step: 0 });
  const step = stepOf(wanted, filtered);
  const read = useResource<Page>(withQuery(list, { ...query, limit: STEPS[step] }), options);
  const known = useRef<Known<Page> | null>(null);
  known.current = knownOf(known.current, filtered, read.value);
  const page = known.current?.page ?? null;
  const busy = page !== null && read.loading;
  return {
    page,
    problem: read.problem,
    reload: read.reload,
    busy,
    // What is known says where the rest of a shorter beginning is.
    rest: busy ? 'here' : restOf(step, page?.next ?? null),
    showMore: () => setWanted({ list: filtered, step: step + 1 }),
  };
}
