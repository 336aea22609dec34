import { statfs } from 'node:fs/promises';
import { type Millis, millis, type Throttling } from '@edgeloop/protocol';
import { readClock } from './read-clock.ts';
import { readThrottled } from './read-throttled.ts';
import { isSlowed } from './throttling.ts';

/** The Pi's firmware as the kernel shows it, on each of its models elsewhere below. */
const FIRMWARE = '/sys/bus/platform/drivers/raspberrypi-firmware';
const READ_EVERY: Millis = millis(10_000);
/** A program may have to be asked for it. */
const READS_PER_CLOCK = 6;

export interface MachineState {
  /** Null: the machine does not say, as any that is no Raspberry Pi. */
  readonly throttled: boolean | null;
  /** The same in detail. */
  readonly throttling: Throttling | null;
  /** Null: the machine does not say. */
  readonly clockSynchronized: boolean | null;
  /** Null: the disk can't be asked. */
  readonly diskFreeBytes: number | null;
}

/**
 * How the machine below the agent is, read now and then: health is told without waiting for a disk.
 */
export class Machine {
  readonly #folder: string;
  readonly #firmware: string;
  #state: MachineState = {
    throttled: null,
    throttling: null,
    clockSynchronized: null,
    diskFreeBytes: null,
  };
  #reads = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param folder on the disk that is asked for its room @param firmware as the kernel's */
  constructor(folder: string, firmware = FIRMWARE) {
    this.#folder = folder;
    this.#firmware = firmware;
  }

  get state(): MachineState {
    return this.#state;
  }

  async start(): Promise<void> {
    await this.#read();
    this.#timer = setInterval(() => void this.#read(), READ_EVERY);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    const clockIsDue = this.#reads++ % READS_PER_CLOCK === 0;
    const [throttling, clockSynchronized, diskFreeBytes] = await Promise.all([
      readThrottled(this.#firmware),
      clockIsDue ? readClock() : this.#state.clockSynchronized,
      statfs(this.#folder).then(
        ({ bavail, bsize }) => bavail * bsize,
        () => null,
      ),
    ]);
    const throttled = throttling && isSlowed(throttling);
    this.#state = { throttled, throttling, clockSynchronized, diskFreeBytes };
  }
}
