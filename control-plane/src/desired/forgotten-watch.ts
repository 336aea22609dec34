import type { DeviceId, EpochMillis, SiteId } from '@edgeloop/protocol';
import type { StoreRecord } from '../store/record.ts';

export interface ForgottenWatchOptions {
  readonly tell: (devices: Iterable<DeviceId>) => void;
  readonly tellAgain: (device: DeviceId) => void;
  readonly now: () => EpochMillis;
}

/** So long a device has to take what it was told. */
const PATIENCE = 30_000;

interface Known {
  readonly site: SiteId;
  /** Of `desired`, that it was told last; null: nothing yet. */
  version: number | null;
  toldAt: number;
  /** That it says it has applied, and when it said so. */
  applied: number | null;
  saidAt: number;
}

/**
 * Finds the devices that do not know what they were told: those that are new or at another site,
 * and those whose retained message the broker has lost. One entry a device.
 */
export class ForgottenWatch {
  readonly #options: ForgottenWatchOptions;
  readonly #known = new Map<DeviceId, Known>();

  constructor(options: ForgottenWatchOptions) {
    this.#options = options;
  }

  /** Of each batch that was stored. */
  see(batch: readonly StoreRecord[]): void {
    for (const record of batch) {
      const { device, site } = record;
      let known = this.#known.get(device);
      if (!known || known.site !== site) {
        known = { site, version: null, toldAt: 0, applied: null, saidAt: 0 };
        this.#known.set(device, known);
        this.#options.tell([device]);
      }
      if (record.name !== 'reported' || record.retained) continue;
      known.applied = record.message.desired ?? null;
      known.saidAt = this.#options.now();
    }
  }

  /** A device was told something. */
  told(device: DeviceId, site: SiteId, version: number): void {
    const { applied = null, saidAt = 0 } = this.#known.get(device) ?? {};
    this.#known.set(device, { site, version, toldAt: this.#options.now(), applied, saidAt });
  }

  /**
   * An earlier process told it: the broker may have lost that with the process. What the device
   * says from now on counts.
   */
  knew(device: DeviceId, site: SiteId, version: number): void {
    const { version: told = null, applied = null, saidAt = 0 } = this.#known.get(device) ?? {};
    if (told === null) this.#known.set(device, { site, version, toldAt: 0, applied, saidAt });
  }

  /** It is to be called now and then. */
  look(): void {
    const { now, tellAgain } = this.#options;
    for (const [device, { version, toldAt, applied, saidAt }] of this.#known) {
      if (version === null || applied === version) continue;
      // It spoke, after it was told, and had time to take it. Being told again begins that anew.
      if (saidAt > toldAt && now() - saidAt >= PATIENCE) tellAgain(device);
    }
  }
}
