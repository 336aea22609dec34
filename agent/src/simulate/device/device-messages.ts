import {
  type ConfigurationReport,
  type Health,
  type Reported,
  type SlotId,
  type Status,
  timestamp,
} from '@edgeloop/protocol';
import type { Clock } from '../../clock.ts';
import type { Boot } from './boot.ts';
import { CAMERA } from './device-counters.ts';

/** Of an agent with one ResNet18 on a Pi, about. */
const RSS = 150_000_000;

export function statusOf(
  state: Status['state'],
  { id: bootId }: Boot,
  agentVersion: string,
  clock: Clock,
): Status {
  const status = { state, bootId, agentVersion };
  // The will has no time: the broker says it.
  return state === 'online' ? { ...status, at: timestamp(clock.now()) } : status;
}

/** What runs on a device, and what of the desired it follows. */
interface Followed {
  readonly slots: Reported['slots'];
  /** Version; null: none yet. */
  readonly desired: number | null;
  /** Version; null: none yet. */
  readonly root: number | null;
  readonly configuration: ConfigurationReport | null;
}

export function reportedOf(
  { id: bootId }: Boot,
  agentVersion: string,
  slot: SlotId,
  { slots, desired, root, configuration }: Followed,
): Reported {
  return {
    bootId,
    agentVersion,
    slots,
    cameras: { [CAMERA]: { source: 'simulated', slot, mode: 'occurrence' } },
    ...(desired !== null && { desired }),
    ...(root !== null && { root }),
    ...(configuration && { configuration }),
  };
}

export function healthOf(
  { id, begun, counters }: Boot,
  { connects, celsius }: { readonly connects: number; readonly celsius: number },
  clock: Clock,
): Health {
  return {
    bootId: id,
    at: timestamp(clock.now()),
    rssBytes: RSS,
    connects,
    temperatureCelsius: celsius,
    uptimeSeconds: (clock.monotonic() - begun) / 1000,
    cameras: counters.cameras,
    models: counters.models,
    outbox: { rows: 0, bytes: 0, evicted: 0, rejected: 0 },
  };
}
