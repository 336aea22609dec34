import type { Clock } from '../../../control-plane/dashboard/src/fleet/rows/connectivity.ts';
import type { FleetRow } from '../../../control-plane/dashboard/src/fleet/rows/fleet-row.ts';
import {
  type Judged,
  judgeFleet,
  NOBODY,
} from '../../../control-plane/dashboard/src/fleet/rows/judged.ts';

const MINUTE = 60_000;
export const CLOCK: Clock = { now: 100 * MINUTE, silentAfterMillis: 10 * MINUTE };
export const minutesAgo = (minutes: number): number => CLOCK.now - minutes * MINUTE;

/** A device that is all right, but for what is said of it. */
export const device = (name: string, changes: Partial<FleetRow> = {}): FleetRow => ({
  device: name,
  site: 'works',
  state: 'online',
  lastSeenAt: minutesAgo(0.1),
  fps: 10,
  inferenceMillis: 18,
  celsius: 55,
  failedAt: null,
  lostAt: null,
  restartedAt: null,
  cameras: [{ camera: 'cam0', label: 'good', score: 0.9, task: 'parts' }],
  slots: [{ slot: 'main', digest: 'a'.repeat(64), name: 'parts' }],
  tags: [],
  updates: [],
  troubles: [],
  ...changes,
});

export const troubled = (trouble: string, about: string | null = null) => ({
  troubles: [{ trouble, about }],
});

export const failed = (reason: string | null) => ({
  updates: [{ lane: 'model/main', state: 'failed', reason }],
});

export const byName = (rows: readonly FleetRow[]): ReadonlyMap<string, FleetRow> =>
  new Map(rows.map((row) => [row.device, row]));

/** As they stand at the time of the clock. */
export const judged = (rows: readonly FleetRow[]): ReadonlyMap<string, Judged> =>
  judgeFleet(NOBODY, byName(rows), CLOCK).devices;
