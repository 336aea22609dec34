import type { DeviceId, EpochMillis, Millis } from '@edgeloop/protocol';
import { RecentMap } from '../memory/recent-map.ts';
import type { StoreRecord } from '../store/record.ts';

/** Kinds of records that are remembered; the oldest is forgotten for one more. */
const REMEMBERED = 10_000;

type Kind = Pick<StoreRecord, 'name'> & { readonly device: DeviceId };

/**
 * Devices of which the store could not take a record: that kind of theirs is left alone for a
 * while, so that what one sends again and again does not hold up the others. Detections and
 * tombstones are one kind: the one that is missing holds up those behind it.
 */
export class RefusedDevices {
  readonly #rest: Millis;
  readonly #now: () => EpochMillis;
  readonly #refusedAt = new RecentMap<string, EpochMillis>(REMEMBERED);

  constructor(rest: Millis, now: () => EpochMillis) {
    this.#rest = rest;
    this.#now = now;
  }

  refuse(record: Kind): void {
    this.#refusedAt.set(keyOf(record), this.#now());
  }

  rests(record: Kind): boolean {
    if (this.#refusedAt.size === 0) return false;
    const at = this.#refusedAt.get(keyOf(record));
    // A clock that was set back must not silence a device.
    return at !== undefined && Math.abs(this.#now() - at) < this.#rest;
  }
}

const keyOf = ({ device, name }: Kind) =>
  `${device} ${name === 'tombstones' ? 'detections' : name}`;
