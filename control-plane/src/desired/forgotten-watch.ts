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
  /** That it says it has applied. */
  applied: number | null;
}

/**
 * Finds the devices that do not know what they were told: those that are new or at another site, and those whose retained
 * message the broker has lost. One entry a device.
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
        known = { site, version: null, toldAt: 0, applied: null };
        this.#known.set(device, known);
        this.#options.tell([device]);
      }
      if (record.name === 'reported') known.applied = record.message.desired ?? null;
    }
  }

  /** A device was told something. */
  told(device: DeviceId, site: SiteId, version: number): void {
    const applied = this.#known.get(device)?.applied ?? null;
    this.#known.set(device, { site, version, toldAt: this.#options.now(), applied });
  }

  /** It is to be called now and then. */
  look(): void {
    const { now, tellAgain } = this.#options;
    for (const [device, known] of this.#known) {
      const { version, toldAt, applied } = known;
      if (version === null || applied === version || now() - toldAt < PATIENCE) continue;
      // Not with every look: it may never say it.
      known.toldAt = now();
      tellAgain(device);
    }
  }
}
