import { useEffect, useState } from 'preact/hooks';
import type { RolloutPage, RolloutSummary } from '../../../src/resources/rollout.ts';
import { api } from '../api/client.ts';
import { withQuery } from '../api/path.ts';
import type { Problem } from '../api/problem.ts';
import { useResource } from '../api/use-resource.ts';
import { mergeNewest, type Shown } from './merge-newest.ts';

const ROWS = 50;
const EVENTS = ['rollout.created', 'rollout.changed', 'rollout.decided'] as const;

interface RolloutList {
  readonly rollouts: readonly RolloutSummary[];
  /** New ones that wait until they are asked for, so that nothing moves under the eyes. */
  readonly waiting: number;
  readonly more: boolean;
  /** Whether anything was read yet. */
  readonly read: boolean;
  readonly problem: Problem | null;
  readonly showNew: () => void;
  readonly showOlder: () => Promise<void>;
  readonly reload: () => void;
}

/** Rollouts, newest first, always as they are now; what is new waits. @param state empty: in any state */
export function useRolloutList(state: string): RolloutList {
  const query = { state, limit: ROWS };
  const first = useResource<RolloutPage>(withQuery('/api/rollouts', query), { on: EVENTS });
  const [shown, setShown] = useState<Shown | null>(null);
  const mine = shown?.filter === state ? shown : null;
  const page = first.value;
  useEffect(() => {
    if (page) setShown((before) => mergeNewest(before, state, page));
  }, [page, state]);
  return {
    rollouts: mine?.rows ?? [],
    waiting: mine?.waiting.length ?? 0,
    more: mine !== null && mine.next !== null,
    ...{ read: mine !== null, problem: first.problem, reload: first.reload },
    showNew: () =>
      setShown((now) => now && { ...now, rows: [...now.waiting, ...now.rows], waiting: [] }),
    showOlder: async () => {
      const url = withQuery('/api/rollouts', { ...query, cursor: mine?.next });
      const older = await api.get<RolloutPage>(url);
      setShown(
        (now) => now && { ...now, rows: [...now.rows, ...older.rollouts], next: older.next },
      );
    },
  };
}
