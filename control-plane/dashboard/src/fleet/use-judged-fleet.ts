import { computed } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { now } from '../ui/clock.ts';
import { judgedAt } from './rows/connectivity.ts';
import type { FleetRow } from './rows/fleet-row.ts';
import { type JudgedFleet, judgeFleet, NOBODY } from './rows/judged.ts';
import type { KnownFleet } from './rows/known-fleet.ts';

/** The connectivity of devices is looked at so often, in ms: nobody falls silent by the second. */
const LOOK_EVERY = 5_000;
const SILENT_AFTER_UNKNOWN = Number.POSITIVE_INFINITY;
const NO_ROWS: ReadonlyMap<string, FleetRow> = new Map();

/**
 * What the time makes of a fleet. Draws the page again when there may be something to see, not with
 * each tick of its clock.
 */
export function useJudgedFleet(fleet: KnownFleet | null): JudgedFleet {
  const rows = fleet?.rows ?? NO_ROWS;
  const ahead = fleet?.clockAhead ?? 0;
  const toldAt = fleet?.toldAt ?? 0;
  const silentAfterMillis = fleet?.silentAfterMillis ?? SILENT_AFTER_UNKNOWN;
  const looked = useMemo(
    () => computed(() => Math.floor(judgedAt(now.value + ahead, toldAt) / LOOK_EVERY) * LOOK_EVERY),
    [ahead, toldAt],
  ).value;
  const last = useRef(NOBODY);
  return useMemo(() => {
    last.current = judgeFleet(last.current, rows, { now: looked, silentAfterMillis });
    return last.current;
  }, [rows, looked, silentAfterMillis]);
}
