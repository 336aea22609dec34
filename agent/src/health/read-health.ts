import {
  type BootId,
  type Health,
  type Millis,
  type ServedModel,
  timestamp,
} from '@edgeloop/protocol';
import type { Clock } from '../clock.ts';
import type { LiveSlot } from '../model/live-slot.ts';
import type { Uplink } from '../mqtt/uplink.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Pictures } from '../pictures/pictures.ts';
import type { Sampling } from '../sampling/sampling.ts';
import type { Counters } from './counters.ts';
import type { MachineState } from './machine.ts';

/** The parts that health is read from. */
export interface HealthParts {
  readonly bootId: BootId;
  readonly clock: Clock;
  /** Monotonic time of the start. */
  readonly begun: number;
  readonly counters: Counters;
  readonly slots: readonly LiveSlot[];
  readonly outbox: Outbox;
  readonly uplink: Uplink;
  /** Null: the device does not say how hot it is. */
  readonly celsius: () => number | null;
  readonly machine: MachineState;
  /** Least time from one inference of a camera to its next. */
  readonly interval: Millis;
  /** Null: no samples are kept. */
  readonly sampling: Sampling | null;
  /** Null: it shows no pictures. */
  readonly pictures: Pictures | null;
}

/** The health message, as things stand now. */
export function readHealth(parts: HealthParts): Health {
  const { bootId, clock, begun, counters, slots, outbox, uplink, sampling, pictures } = parts;
  const temperatureCelsius = parts.celsius();
  const { throttled, throttling, clockSynchronized, diskFreeBytes } = parts.machine;
  const restarts = (model: ServedModel) =>
    slots.reduce((sum, slot) => sum + slot.restartsOf(model), 0);
  const { rows = 0, bytes = 0, evicted = 0 } = outbox.status ?? {};
  return {
    bootId,
    at: timestamp(clock.now()),
    uptimeSeconds: (clock.monotonic() - begun) / 1000,
    rssBytes: process.memoryUsage.rss(),
    ...(temperatureCelsius !== null && { temperatureCelsius }),
    ...(throttled !== null && { throttled }),
    ...(throttling !== null && { throttling }),
    ...(clockSynchronized !== null && { clockSynchronized }),
    inferenceIntervalMillis: parts.interval,
    ...(diskFreeBytes !== null && { diskFreeBytes }),
    cameras: Object.fromEntries(counters.cameras),
    models: Object.fromEntries(
      Array.from(counters.models, ([digest, model]) => [
        digest,
        { ...model, processRestarts: restarts(digest) },
      ]),
    ),
    outbox: { rows, bytes, evicted, rejected: outbox.rejected },
    ...(sampling && { samples: sampling.health }),
    ...(pictures && { pictures: pictures.health }),
    connects: uplink.connects,
  };
}
