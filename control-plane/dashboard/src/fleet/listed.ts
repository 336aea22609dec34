import type { Connectivity } from './rows/connectivity.ts';
import type { FleetRow } from './rows/fleet-row.ts';
import type { Need } from './rows/needs.ts';

/** What is drawn of a device: it is drawn again where one of these is another. */
export interface ShownDevice {
  readonly row: FleetRow;
  readonly connectivity: Connectivity;
  /** The gravest reason why it needs someone; null: none. */
  readonly need: Need | null;
  /** Place of what its first camera sees in its task's classes; -1: in none. */
  readonly classIndex: number;
  /** By the clock of this machine; null: it has never said a word. */
  readonly lastSeenAt: number | null;
}

/** What a list of devices is given, whichever way it shows them. */
export interface Listed {
  readonly names: readonly string[];
  readonly shownOf: (name: string) => ShownDevice;
  /** How many px at the top of the window are covered. */
  readonly covered: number;
}
