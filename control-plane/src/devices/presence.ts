import type { DeviceId } from '@edgeloop/protocol';
import type { StoreRecord } from '../store/record.ts';

export type Presence = 'online' | 'offline';

/** Who came and who went: a device that says again what it has said before did neither. */
export class PresenceWatch {
  readonly #known = new Map<DeviceId, Presence>();

  /** @returns what the device is now, where that has changed */
  see(record: StoreRecord): Presence | null {
    if (record.name !== 'status') return null;
    const before = this.#known.get(record.device);
    const { state } = record.message;
    this.#known.set(record.device, state);
    // What the broker had kept was said before this process was there.
    const news = before === undefined ? !record.retained : before !== state;
    return news ? state : null;
  }
}
