import { type Clock, type Connectivity, connectivityOf } from './connectivity.ts';
import type { FleetRow } from './fleet-row.ts';
import { natural } from './natural.ts';
import { type Need, needsOf, needsUntil } from './needs.ts';

/** A row with what the time makes of it. */
export interface Judged {
  readonly row: FleetRow;
  /** As it is sorted by. */
  readonly name: string;
  readonly connectivity: Connectivity;
  /** The gravest first. */
  readonly needs: readonly Need[];
  /** By the clock of the control plane: from then on the time makes something else of it. */
  readonly until: number;
}

export interface JudgedFleet {
  readonly clock: Clock;
  /** By name. */
  readonly devices: ReadonlyMap<string, Judged>;
}

export const NOBODY: JudgedFleet = {
  clock: { now: 0, silentAfterMillis: Number.POSITIVE_INFINITY },
  devices: new Map(),
};

/** @param before the same device, of which the name is known */
const judge = (row: FleetRow, clock: Clock, before?: Judged): Judged => ({
  row,
  name: before?.name ?? natural(row.device),
  connectivity: connectivityOf(row, clock),
  needs: needsOf(row, clock),
  until: needsUntil(row, clock),
});

/**
 * Those whose row is the same, and whose time has not come, stay the same objects; where all of
 * them do, so does the map.
 */
export function judgeFleet(
  before: JudgedFleet,
  rows: ReadonlyMap<string, FleetRow>,
  clock: Clock,
): JudgedFleet {
  const { silentAfterMillis, now } = before.clock;
  // A clock that was set back: what was to come may have been.
  const holds = clock.silentAfterMillis === silentAfterMillis && clock.now >= now;
  const devices = new Map<string, Judged>();
  let same = before.devices.size === rows.size;
  rows.forEach((row, name) => {
    const known = before.devices.get(name);
    if (holds && known?.row === row && clock.now < known.until) devices.set(name, known);
    else {
      devices.set(name, judge(row, clock, known));
      same = false;
    }
  });
  return { clock, devices: same ? before.devices : devices };
}
