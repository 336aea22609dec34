import {
  type CameraId,
  type DeviceAddress,
  type EpochMillis,
  type Millis,
  type OccurrenceId,
  timestamp,
} from '@edgeloop/protocol';
import { KeyedRate } from '../broker/access/keyed-rate.ts';
import type { EventBus } from '../events/event-bus.ts';

export interface PictureNewsOptions {
  readonly events: Pick<EventBus, 'publish'>;
  /** By a monotonic clock. */
  readonly monotonic: () => Millis;
}

/** Of one camera: as fast as a preview may be. */
const PER_CAMERA = { burst: 5, perSecond: 5 };
/**
 * Of all that nobody previews: ten thousand cameras bring hundreds a second, and no page can show
 * them.
 */
const PER_FLEET = { burst: 60, perSecond: 30 };
const FLEET = 'fleet';

/** Tells that there is another picture, within bounds: a page that misses one asks again later. */
export class PictureNews {
  readonly #options: PictureNewsOptions;
  readonly #cameras: KeyedRate;
  readonly #fleet: KeyedRate;
  /** Until when somebody looks at a camera. */
  readonly #previews = new Map<string, Millis>();

  constructor(options: PictureNewsOptions) {
    this.#options = options;
    this.#cameras = new KeyedRate(PER_CAMERA, options.monotonic);
    this.#fleet = new KeyedRate(PER_FLEET, options.monotonic);
  }

  /** Somebody asked for a preview. */
  expect(device: string, camera: string, time: Millis): void {
    const now = this.#options.monotonic();
    for (const [key, until] of this.#previews) if (until < now) this.#previews.delete(key);
    this.#previews.set(`${device}/${camera}`, (now + time) as Millis);
  }

  cameraChanged({ site, device }: DeviceAddress, camera: CameraId, capturedAt: EpochMillis): void {
    if (!this.#mayTell(`${device}/${camera}`)) return;
    const data = { capturedAt: timestamp(capturedAt) };
    this.#options.events.publish({
      kind: 'picture.changed',
      subject: { site, device, camera },
      data,
    });
  }

  occurrencePictured(
    { site, device }: DeviceAddress,
    camera: CameraId,
    occurrence: OccurrenceId,
  ): void {
    if (!this.#fleet.take(FLEET)) return;
    const subject = { site, device, camera, occurrence };
    this.#options.events.publish({ kind: 'occurrence.pictured', subject, data: null });
  }

  #mayTell(camera: string): boolean {
    const until = this.#previews.get(camera);
    const previewed = until !== undefined && until >= this.#options.monotonic();
    return this.#cameras.take(camera) && (previewed || this.#fleet.take(FLEET));
  }
}
