import type { DeviceId, Reason, Reported } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import type { RolloutId } from '../rollout-id.ts';
import type { DeviceOutcome } from '../states/device-outcome.ts';
import type { DeviceEvent } from '../states/device-states.ts';

/** What a device says of what it was told. */
export interface DeviceProgress {
  readonly event: DeviceEvent;
  readonly outcome: DeviceOutcome | null;
  readonly reason: Reason | null;
}

/** What the report is compared with. */
export interface DeviceOrder {
  /** Whether it was told to go back. */
  readonly back: boolean;
  readonly generation: number;
  /** What it ran before the rollout. */
  readonly before: string | null;
}

/** A device that is to be given something. */
export interface DevicePayload {
  readonly device: DeviceId;
  /** Null: nothing, as before. */
  readonly value: string | null;
  readonly reported: Reported;
}

/** What is ready to be stored: with the rollout's own rows, in one transaction. */
interface Prepared {
  /** How what each is told will be known in its reports. */
  readonly generations: ReadonlyMap<DeviceId, number>;
  /** @param devices Those that it holds for: who has moved on since is given nothing. */
  store(trx: Database, devices: ReadonlySet<DeviceId>): Promise<void>;
}

/**
 * What a rollout moves of a device: the model of a slot, or the configuration. Of one lane a device
 * is in one rollout at a time.
 */
export interface Lane {
  /** `model/<slot>`, `configuration` */
  readonly name: string;
  /** What the rollout brings: a digest, a version. */
  readonly wanted: string;
  /**
   * @param within the transaction that asks, if one does
   * @throws ControlPlaneError where it is not there, or may not be brought to devices
   */
  check(within?: Database): Promise<void>;
  /**
   * Whether the device runs what the rollout brings, for good: neither on probation, nor on its way
   * to something else.
   */
  has(reported: Reported): boolean;
  /**
   * What each is to run by what it was told last, perhaps to go back; null: nothing. Of one that
   * was never told: no entry.
   * @param within the transaction that asks, if one does
   */
  assigned(
    devices: readonly DeviceId[],
    within?: Database,
  ): Promise<ReadonlyMap<DeviceId, string | null>>;
  /**
   * Of those that were told something else last than the rollout brings, the ones that a person has
   * told anything.
   * @param since after this rollout told them anything; where it did not, or null: after any did; a
   * number of `lastSaid`: after that, too
   * @param within the transaction that asks, if one does
   */
  setByHand(
    devices: readonly DeviceId[],
    since: RolloutId | number | null,
    within?: Database,
  ): Promise<ReadonlySet<DeviceId>>;
  /** The number of what was told last to any device, by anyone; null: persons tell them nothing. */
  lastSaid(within: Database): Promise<number | null>;
  /**
   * What the device runs, and would go back to; null: nothing. Undefined: the device has no such
   * thing.
   */
  valueOf(reported: Reported): string | null | undefined;
  /** What the device goes back to that was last told this, whether it has heard it or not. */
  backTo(assigned: string | null, reported: Reported): string | null;
  /** Null: it has said nothing of it. */
  hear(told: DeviceOrder, reported: Reported): DeviceProgress | null;
  /** @param takesBack whether it is what each ran before, and not what the rollout brings */
  prepare(
    given: readonly DevicePayload[],
    rollout: RolloutId,
    takesBack: boolean,
  ): Promise<Prepared>;
}
