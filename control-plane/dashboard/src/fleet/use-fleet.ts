import { useEffect, useRef, useState } from 'preact/hooks';
import type { FleetView } from '../../../src/resources/fleet.ts';
import { api } from '../api/client.ts';
import { listen } from '../api/live.ts';
import { withQuery } from '../api/path.ts';
import type { Problem } from '../api/problem.ts';
import { type KnownFleet, takeIn } from './rows/known-fleet.ts';

/** Between two questions, in ms; after a failure, longer. */
const [EVERY, AFTER_FAILURE] = [2_000, 5_000];
/** After an event it is asked sooner: what comes within so long is told by one answer. */
const SOON = 250;
const EVENTS = ['device.enrolled', 'device.online', 'device.offline', 'device.revoked'] as const;

/** What was known when the page was left: who comes back sees it at once, where it was. */
let left: KnownFleet | null = null;

export interface FleetReading {
  /** The last that was known; null: nothing yet. */
  readonly fleet: KnownFleet | null;
  /** Why the last question had no answer. */
  readonly problem: Problem | null;
  readonly retry: () => void;
}

/**
 * The whole fleet, kept fresh while the page is seen: after the first answer only changes are asked
 * for.
 */
export function useFleet(): FleetReading {
  const [reading, setReading] = useState<Pick<FleetReading, 'fleet' | 'problem'>>({
    fleet: left,
    problem: null,
  });
  const ask = useRef<(after: number) => void>(() => {});

  useEffect(() => {
    let known = left;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let due = Number.POSITIVE_INFINITY;
    let asking = false;
    const ended = new AbortController();

    const read = async () => {
      due = Number.POSITIVE_INFINITY;
      if (asking || document.hidden || ended.signal.aborted) return;
      asking = true;
      let wait = EVERY;
      try {
        const query = { since: known?.revision };
        const view = await api.get<FleetView>(withQuery('/api/fleet', query), ended.signal);
        known = takeIn(known, view, Date.now());
        // One was removed: all is read, at once.
        left = known;
        if (known) setReading({ fleet: known, problem: null });
        else wait = 0;
      } catch (problem) {
        if (ended.signal.aborted) return;
        setReading(({ fleet }) => ({ fleet, problem: problem as Problem }));
        wait = AFTER_FAILURE;
      } finally {
        asking = false;
      }
      schedule(wait);
    };
    // Never later than it is due already: events that keep coming must not put it off for good.
    const schedule = (after: number) => {
      const at = performance.now() + after;
      if (at >= due) return;
      clearTimeout(timer);
      due = at;
      timer = setTimeout(read, after);
    };
    const seen = () => schedule(0);
    const soon = () => schedule(SOON);
    ask.current = schedule;
    void read();
    const unlisten = listen(EVENTS, soon, (lost) => {
      // Another process may have another fleet: of a backup that was restored.
      if (lost) known = null;
      soon();
    });
    document.addEventListener('visibilitychange', seen);
    return () => {
      ended.abort();
      clearTimeout(timer);
      unlisten();
      document.removeEventListener('visibilitychange', seen);
    };
  }, []);
  return { ...reading, retry: () => ask.current(0) };
}
