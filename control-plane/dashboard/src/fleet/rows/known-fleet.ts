import type { FleetView } from '../../../../src/resources/fleet.ts';
import { type FleetRow, fleetRows } from './fleet-row.ts';

/** The fleet as far as it is known here. */
export interface KnownFleet {
  readonly revision: number;
  /** By name. */
  readonly rows: ReadonlyMap<string, FleetRow>;
  /** What to add to this machine's clock to have the control plane's. */
  readonly clockAhead: number;
  /** When the control plane last told of it, in ms by its own clock. */
  readonly toldAt: number;
  readonly silentAfterMillis: number;
}

/**
 * Takes in an answer. Rows that did not change stay the same objects.
 * @param at when it came, by this machine's clock
 * @returns null: a device was removed, or the fleet is another one: all of it must be asked for
 */
export function takeIn(known: KnownFleet | null, view: FleetView, at: number): KnownFleet | null {
  const { revision, silentAfterMillis, whole, total } = view;
  const told = fleetRows(view);
  const about = {
    revision,
    silentAfterMillis,
    toldAt: view.now,
    clockAhead: clockAhead(known?.clockAhead, view.now - at),
  };
  if (whole) return { ...about, rows: new Map(told.map((row) => [row.device, row])) };
  if (known === null) return null;
  if (told.length === 0) return known.rows.size === total ? { ...about, rows: known.rows } : null;
  const rows = new Map(known.rows);
  for (const row of told) rows.set(row.device, row);
  return rows.size === total ? { ...about, rows } : null;
}

/** An answer is under way for some ms, now more, now less: that moves no age on the page. */
const UNDER_WAY = 1_000;

/** @param known what it was until now, which stays where the difference is that of the way alone */
export const clockAhead = (known: number | undefined, now: number): number =>
  known !== undefined && Math.abs(known - now) < UNDER_WAY ? known : now;
