import { useEffect, useState } from 'preact/hooks';
import type { RolloutPage, RolloutSummary } from '../../../src/resources/rollout.ts';
import { type More, useMore } from '../api/use-more.ts';
import { type ShownRollouts, showAll, takeRead } from './shown-rollouts.ts';

const EVENTS = ['rollout.created', 'rollout.changed', 'rollout.decided'] as const;

interface RolloutList extends Omit<More<RolloutPage>, 'page'> {
  readonly rollouts: readonly RolloutSummary[];
  /** New ones that wait until they are asked for, so that nothing moves under the eyes. */
  readonly waiting: number;
  /** Whether anything was read yet. */
  readonly read: boolean;
  readonly showNew: () => void;
}

/**
 * Rollouts, newest first, always as they are now; what is new waits.
 * @param state empty: in any state
 */
export function useRolloutList(state: string): RolloutList {
  const { page, ...more } = useMore<RolloutPage>('/api/rollouts', { state }, { on: EVENTS });
  const [shown, setShown] = useState<ShownRollouts | null>(null);
  const mine = shown?.filter === state ? shown : null;
  useEffect(() => {
    if (page) setShown((before) => takeRead(before, state, page.rollouts));
  }, [page, state]);
  return {
    ...more,
    rollouts: mine?.rows ?? [],
    waiting: mine?.waiting ?? 0,
    read: mine !== null,
    showNew: () => setShown((now) => now && showAll(now.filter, now.all)),
  };
}
