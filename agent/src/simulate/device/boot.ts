import { randomUUID } from 'node:crypto';
import type { BootId, Millis } from '@edgeloop/protocol';
import { DeviceCounters } from './device-counters.ts';

/** From one start of a device to the next. */
export interface Boot {
  /**
   * Not drawn from the seed: a control plane that knew it from an earlier run would add its
   * counters up wrongly.
   */
  readonly id: BootId;
  readonly begun: Millis;
  readonly counters: DeviceCounters;
}

export const newBoot = (begun: Millis): Boot => ({
  id: randomUUID() as string as BootId,
  begun,
  counters: new DeviceCounters(),
});
