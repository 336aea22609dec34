import { type BootId, type Health, timestamp } from '@edgeloop/protocol';
import type { Clock } from '../clock.ts';
import type { MachineState } from '../health/machine.ts';
import type { Uplink } from '../mqtt/uplink.ts';
import type { Outbox } from '../outbox/outbox.ts';

/** The parts of a connection that health is read from. */
export interface HealthLink {
  readonly outbox: Pick<Outbox, 'status' | 'rejected'>;
  readonly uplink: Pick<Uplink, 'connects'>;
}

interface SafeHealthParts {
  readonly bootId: BootId;
  readonly clock: Clock;
  /** Monotonic time of the start. */
  readonly begun: number;
  readonly celsius: number | null;
  readonly machine: MachineState;
  /** Null: nobody knows whom to speak to. */
  readonly link: HealthLink | null;
}

/** The health of a device on which nothing runs: its machine's. */
export function safeHealth({
  bootId,
  clock,
  begun,
  celsius,
  machine,
  link,
}: SafeHealthParts): Health {
  const { throttled, throttling, clockSynchronized, diskFreeBytes } = machine;
  const { rows = 0, bytes = 0, evicted = 0 } = link?.outbox.status ?? {};
  return {
    bootId,
    at: timestamp(clock.now()),
    uptimeSeconds: (clock.monotonic() - begun) / 1000,
    rssBytes: process.memoryUsage.rss(),
    ...(celsius !== null && { temperatureCelsius: celsius }),
    ...(throttled !== null && { throttled }),
    ...(throttling !== null && { throttling }),
    ...(clockSynchronized !== null && { clockSynchronized }),
    ...(diskFreeBytes !== null && { diskFreeBytes }),
    cameras: {},
    models: {},
    outbox: { rows, bytes, evicted, rejected: link?.outbox.rejected ?? 0 },
    connects: link?.uplink.connects ?? 0,
  };
}
