import type { FleetRow } from './rows/fleet-row.ts';
import type { Standing } from './rows/standing.ts';

/** What a list of devices is given, whichever way it shows them. */
export interface Listed {
  readonly rows: readonly FleetRow[];
  /** How many px at the top of the window are covered. */
  readonly covered: number;
  readonly standingOf: (row: FleetRow) => Standing;
  /** A time of the control plane by the clock of this machine. */
  readonly here: (at: number | null) => number | null;
}
