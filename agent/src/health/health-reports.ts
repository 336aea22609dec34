import type { CameraId, Health, Millis, ServedModel, Shadow } from '@edgeloop/protocol';
import type { Uplink } from '../mqtt/uplink.ts';
import type { Counters } from './counters.ts';
import { figuresBetween, type Reading, readCounters } from './lately.ts';

export interface HealthReportsOptions {
  readonly every: Millis;
  /** Monotonic time of the agent's start: the first figures are since then. */
  readonly begun: Millis;
  readonly counters: Counters;
  /** The model that decides for a camera. */
  readonly modelOf: (camera: CameraId) => ServedModel;
  readonly health: () => Health;
  /** Null: no candidate looks on. */
  readonly shadow: () => Shadow | null;
  readonly uplink: Pick<Uplink, 'publishHealth' | 'publishShadow'>;
  readonly monotonic: () => Millis;
}

/** Publishes how the device does, again and again, with what came since the last time. */
export class HealthReports {
  readonly #options: HealthReportsOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HealthReportsOptions) {
    this.#options = options;
  }

  start(): void {
    const { counters, begun, every } = this.#options;
    let last = readCounters(counters, begun);
    this.#timer = setInterval(() => {
      last = this.#report(last);
    }, every);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** @returns what the counters are now */
  #report(last: Reading): Reading {
    const { counters, modelOf, health, shadow, uplink, monotonic } = this.#options;
    const now = readCounters(counters, monotonic());
    void uplink.publishHealth({ ...health(), lately: figuresBetween(last, now, modelOf) });
    const candidates = shadow();
    if (candidates) void uplink.publishShadow(candidates);
    return now;
  }
}
